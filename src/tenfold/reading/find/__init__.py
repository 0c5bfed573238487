"""The search of a picture for digits, with OpenCV and without a model.

In: a Picture.
Out: `Detections`: candidate tiles, and the clusters of ink that they belong to.
"""

from tenfold.reading.find.digits import find_digits

__all__ = ["find_digits"]
