"""The symbols of the string reader, in the order of its outputs: blank, digits, marks, other."""

from __future__ import annotations

from tenfold.digits import CLASSES

MARKS = ".,-/:="  # full stop, comma, minus or dash, slash, colon, equals sign
OTHER = "?"  # ink of a digit's size that is neither digit nor mark

BLANK, FIRST_DIGIT = 0, 1
FIRST_MARK = FIRST_DIGIT + CLASSES
OTHER_INDEX = FIRST_MARK + len(MARKS)
SYMBOLS = ("", *"0123456789", *MARKS, OTHER)


def text_of(symbols: tuple[int, ...]) -> str:
    """The text of symbols by index, '?' for what is neither digit nor mark."""
    return "".join(SYMBOLS[symbol] for symbol in symbols)


def is_digit(symbol: int) -> bool:
    return FIRST_DIGIT <= symbol < FIRST_MARK
