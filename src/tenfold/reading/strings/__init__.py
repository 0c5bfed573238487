"""The string reader: rows of digits cut as strips, read, and divided again.

In: a picture, and the networks of a string model folder.
Out: strings of characters with boxes, probabilities and tiles.
"""
