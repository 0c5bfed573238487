"""From a file, or anything that a caller has, to the detections of a page.

In: a path, bytes, an array or an image; pages of a PDF or TIFF.
Out: `Detections`, turned upright; found in a process that can be killed.
"""
