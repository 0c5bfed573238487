"""Strings that are letters, scribbles or the paper's grain: what all witnesses say together.

The string reader knows some letters, the classifier of tiles others, and the locator tells digits
from other writing. None of them is sure alone; `sureness` weighs them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from tenfold.reading.answers.number import Number, doubted
from tenfold.reading.answers.segmentation import DIGIT_MIN

LETTERS = -3.0  # log odds: with less, an unsure number is none
WEAK = -1.0  # with less it may be letters; where most of a page is, the page is
PERHAPS = 1.0  # with less, and not sure as a whole, none of its digits is sure
AMONG_LETTERS = 1.0  # the log odds that an unsure number needs there
CLEAR = 2.0  # there, a number for which less speaks is not sure
AMONG = "among letters"
NO_NUMBER = "may be no number"

STROKES = {1, 7}  # what remains of ruling looks like them
DIVIDERS = 3  # of them side by side
SMALL = 0.15  # of the picture's shorter side

Rows = tuple[tuple[Number, ...], ...]


class Read(NamedTuple):
    """A number with the log odds that it is one."""

    number: Number
    speaks: float


def without_letters(numbers: Sequence[Read]) -> list[Number]:
    """The numbers of a page; unsure ones for which too little speaks are no digits. Where most of
    what is written is no number, more has to speak for the others, for the sure ones too."""
    speaks = [speaks if number.is_number else -math.inf for number, speaks in numbers]
    sure = [number.is_number and number.reason is None for number, _ in numbers]
    weak = sum(not is_sure and found < WEAK for is_sure, found in zip(sure, speaks, strict=True))
    mostly_letters = len(numbers) > 1 and 2 * weak > len(numbers)
    clear = [is_sure and found >= CLEAR for is_sure, found in zip(sure, speaks, strict=True)]
    least = AMONG_LETTERS if mostly_letters and not any(clear) else LETTERS
    answers = []
    for (number, _), is_sure, found in zip(numbers, sure, speaks, strict=True):
        with_marks = number.text == number.written
        if is_sure:
            doubtful = mostly_letters and found < CLEAR
            answers.append(doubted(number, AMONG, with_marks=with_marks) if doubtful else number)
        elif found < least:
            answers.append(_no_digits(number))
        else:
            perhaps = found < PERHAPS
            answers.append(doubted(number, NO_NUMBER, with_marks=with_marks) if perhaps else number)
    return answers


def _no_digits(number: Number) -> Number:
    digits = tuple(
        replace(
            digit, digit=None, reason="not_a_digit", is_digit=min(digit.is_digit, DIGIT_MIN / 2)
        )
        for digit in number.digits
    )
    return Number(number.text, 0.0, (), digits, marks=number.marks)


def without_remains(rows: Rows, side: int, *, alone: bool) -> Rows:
    """The numbers of the components of a picture from which ruling was taken off, without what
    remains of lines: rows of 1s and 7s, which are dividers, and, where the components are `alone`,
    small ones, for neither locator nor string reader see anything. `side` is the picture's shorter
    one, in pixels."""

    def stays(number: Number) -> bool:
        if any(d.likeliest not in STROKES for d in number.digits):
            return True
        is_row = len(number.digits) >= DIVIDERS
        return not is_row and (not alone or number.box[3] - number.box[1] > SMALL * side)

    kept = [[number for number in row if stays(number)] for row in rows]
    return tuple(tuple(row) for row in kept if row)
