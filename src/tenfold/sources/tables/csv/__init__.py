"""Parts of reading CSV: header, numbers, faults and their remedies.

In: lines of bytes.
Out: names, arrays of grey levels, or the error that says what is wrong in which line.
"""
