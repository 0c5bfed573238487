"""Whole pictures: find the digits and recognise them.

In: a picture as path, bytes, Pillow image or array; a classifier for tiles.
Out: a Reading: digits and numbers with probabilities and boxes, or the reason why there are none.
"""
