"""Tiles as the networks are fed with them: augmented, distorted like pictures, or drawn.

In: tiles float [n, 1, 28, 28] in 0..1 and a random generator.
Out: tiles of the same shape, and their labels where they are drawn.
"""
