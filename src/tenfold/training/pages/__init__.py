"""The locator of writing: pages composed without limit, the network that learns them, its training.

In: digits to write with (Kaggle's rows, other writers' digits).
Out: an ONNX graph that says where digits stand on a page, and how high they are.
"""
