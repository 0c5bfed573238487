"""The string reader: strips composed without limit, the network that reads them, its training.

In: digits to write with (Kaggle's rows, other writers' digits).
Out: an ONNX graph that reads a strip of writing: digits and marks, with places and probabilities.
"""
