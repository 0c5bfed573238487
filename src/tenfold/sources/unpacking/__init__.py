"""Archives and compressed files, unpacked within limits.

In: a zip, a tar, gzip, bzip2 or xz, possibly made to harm.
Out: the members under safe names, or DataError before a limit is passed.
"""
