"""The data of users: CSV, zip, IDX, folders of pictures, the built-in sample, and downloads.

In: a path or a link.
Out: a `Source` with the `Digits` for training and test, or a DataError with place and remedy.
"""

from tenfold.sources.opening import Source, open_digits

__all__ = ["Source", "open_digits"]
