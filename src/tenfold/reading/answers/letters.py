"""Strings that are letters, scribbles or the paper's grain: what all witnesses say together.

The string reader knows some letters, the classifier of tiles others, and the locator tells digits
from other writing. None of them is sure alone. Their evidence is a logistic regression's, learned
from composed words and scribbles against numbers (docs/LOG.md).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from tenfold.classifier import Outputs
from tenfold.reading.answers.number import Number, doubted
from tenfold.reading.answers.segmentation import DIGIT_MIN
from tenfold.reading.detections import FoundString

# of the logs of the number's probability and of the mean probability that its tiles show digits; of
# the locator's for digits and for other writing; and a constant
LOG_PROBABILITY, LOG_IS_DIGIT, SCORE, OTHER_WRITING, CONSTANT = 3.0, 2.2, 3.8, -5.6, -0.4
PROBABILITY_MIN, IS_DIGIT_MIN = 0.005, 0.02  # less says no more
LETTERS = -3.5  # evidence: with less, an unsure number is none
WEAK = -1.5  # with less it may be letters; where most of a page is, the page is
AMONG_LETTERS = 1.0  # the evidence that an unsure number needs there
CLEAR = 2.0  # there, a number for which less speaks is not sure
AMONG = "among letters"

STROKES = {1, 7}  # what remains of ruling looks like them
DIVIDERS = 3  # of them side by side
SMALL = 0.15  # of the picture's shorter side

Read = tuple[FoundString, Number]
Rows = tuple[tuple[Number, ...], ...]


def evidence(string: FoundString, number: Number, outputs: Outputs) -> float:
    """How much speaks for a number."""
    written = next(variant for variant in string.variants if len(variant.digits))
    tiles = [c.tile for c in written.characters if c.symbol.isdecimal() and c.tile is not None]
    is_digit = float(outputs.is_digit[tiles].mean())
    return (
        LOG_PROBABILITY * math.log(max(PROBABILITY_MIN, number.probability))
        + LOG_IS_DIGIT * math.log(max(IS_DIGIT_MIN, is_digit))
        + SCORE * string.score
        + OTHER_WRITING * string.other
        + CONSTANT
    )


def without_letters(numbers: Sequence[Read], outputs: Outputs) -> list[Number]:
    """The numbers of a page; unsure ones for which too little speaks are no digits. Where most of
    what is written is no number, more has to speak for the others, for the sure ones too."""
    speaks = [
        evidence(string, number, outputs) if number.is_number else -math.inf
        for string, number in numbers
    ]
    sure = [number.is_number and number.reason is None for _, number in numbers]
    weak = sum(not is_sure and found < WEAK for is_sure, found in zip(sure, speaks, strict=True))
    mostly_letters = len(numbers) > 1 and 2 * weak > len(numbers)
    clear = [is_sure and found >= CLEAR for is_sure, found in zip(sure, speaks, strict=True)]
    least = AMONG_LETTERS if mostly_letters and not any(clear) else LETTERS
    answers = []
    for (_, number), is_sure, found in zip(numbers, sure, speaks, strict=True):
        if is_sure:
            doubtful = mostly_letters and found < CLEAR
            with_marks = number.text == number.written
            answers.append(doubted(number, AMONG, with_marks=with_marks) if doubtful else number)
        else:
            answers.append(number if found >= least else _no_digits(number))
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
