"""Parquet files: columns of numbers, lists or pictures, read with bounded memory.

In: a path whose page headers are checked before pyarrow sees it.
Out: `Digits` and notes; DataError.
"""
