"""Decoding of picture files in processes that can be killed.

In: contents of files, of strangers too.
Out: a tile for each, or why there is none.
"""
