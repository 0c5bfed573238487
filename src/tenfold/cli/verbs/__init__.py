"""The verbs of the command line, one module each.

In: the parsed options of one verb.
Out: one call into the library, and its result printed. What is slow to import is imported inside.
"""
