"""Upright: whether the images of a file are transposed, as EMNIST's are, and turning them.

In: `Digits` as a file has them, and what the user said.
Out: `Digits` that stand upright, and a note.
"""

from tenfold.sources.upright.turning import turned

__all__ = ["turned"]
