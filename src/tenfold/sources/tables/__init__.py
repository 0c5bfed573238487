"""Tables of pixels: CSV in all its forms, ARFF, LIBSVM and Parquet.

In: a path or a stream of bytes, and the user's `DataOptions`.
Out: `Digits` and notes; DataError with the first faults, their lines and the remedy.
"""
