"""Expectations of a number (`--expect`): a pattern, a range, a date, a check digit.

In: the user's text.
Out: a function that says whether a text can be such a number; UsageError.
"""
