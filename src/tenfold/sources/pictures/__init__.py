"""Folders of pictures: by class, with labels in names or tables, or without labels.

In: a folder, or the members of an archive.
Out: `Digits` whose tiles were framed, with the names of the files, and notes.
"""
