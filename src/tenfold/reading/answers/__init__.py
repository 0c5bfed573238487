"""Answers: digits, numbers, probabilities, and reasons for doubt.

In: what was found in a picture, and the outputs for its tiles and strips.
Out: a `Reading` of numbers.
"""
