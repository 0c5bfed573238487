"""The data of users: tables, arrays, IDX, folders of pictures, the sample, and downloads.

In: a path, a link, or what a program has in memory.
Out: a `Source` with the `Digits` for training and test, or a DataError with place and remedy.
"""

from tenfold.sources.opening import Data, Source, name_of, open_digits

__all__ = ["Data", "Source", "name_of", "open_digits"]
