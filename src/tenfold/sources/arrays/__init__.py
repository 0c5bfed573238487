"""Arrays in files: npy, npz and IDX, and which of them belong together.

In: paths, and the names of the arrays, which say split and role.
Out: `Digits` and notes, by split; DataError.
"""
