"""Readings as files for people at a desk: a table of all numbers, and the doubtful with pictures.

In: readings, in order, with their pictures where the doubtful are wanted.
Out: a CSV file, an Excel workbook, a web page; each appears whole or not at all.
"""
