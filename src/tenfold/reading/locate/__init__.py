"""The search of a picture for rows of digits, with a small network, and their strips.

In: a grey picture, and the locator as a function.
Out: a FoundStrips: strips in reading order with their places, cells and the picture's turn.
"""
