"""What speaks for a number, as quantities: what `sureness` weighs.

All witnesses are heard: the string reader's probabilities, the classifier's of each tile, the
search by components, and the locator. How many digits a number has and where it stands is left out:
that says more of how pictures are composed than of numbers.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from tenfold.classifier import Outputs
from tenfold.reading.answers.number import Digit, Number
from tenfold.reading.answers.rescoring import RescoredVariant
from tenfold.reading.detections import Box, FoundString
from tenfold.reading.strings.symbols import OTHER

LEAST = 1e-4  # of a probability: less, or more beside 1, says no more
ALONE_MIN = -10.0  # log of a probability, likewise
SAME_HEIGHT = 0.5, 1.8  # times a number's digits: what components of these heights may be
MISSED_MAX = 2  # more say no more
Rows = tuple[tuple[Number, ...], ...]


class Witnesses(NamedTuple):
    """The classifier's outputs for a picture, and the numbers of its components."""

    outputs: Outputs
    components: Rows


class Candidate(NamedTuple):
    """A string with the form that is answered: `probability` of its digits, `second` of the next
    likeliest, `form` of their count."""

    string: FoundString
    variant: RescoredVariant
    probability: float
    second: float
    form: float


NAMES = (
    "probability", "second", "form", "weakest", "alone",
    "tile weakest", "tiles", "tiles agree", "digit weakest", "digits",
    "locator", "other writing", "beside other",
    "components agree", "components sure", "covered", "missed",
)  # fmt: skip


def evidence_of(candidate: Candidate, witnesses: Witnesses) -> npt.NDArray[np.float64]:
    """The quantities of a number, float64 [len(NAMES)]."""
    string, variant = candidate.string, candidate.variant
    written = [c for c in variant.characters if c.symbol.isdecimal()]
    boxes = sorted((c.box for c in written), key=_middle)
    height = float(np.median([box[3] - box[1] for box in boxes]))
    return np.array(
        [
            *_of_string(candidate),
            *_of_tiles(variant, [c.tile for c in written if c.tile is not None], witnesses.outputs),
            string.score,
            string.other,
            any(c.symbol == OTHER for c in variant.characters),
            *_of_components(variant, boxes, height, witnesses.components),
        ],
        np.float64,
    )


def _of_string(candidate: Candidate) -> Sequence[float]:
    return (
        _log_odds(candidate.probability),
        _log_odds(candidate.second),
        _log_odds(candidate.form),
        _log_odds(float(candidate.variant.shares.max(axis=1).min())),
        math.log(max(math.exp(ALONE_MIN), candidate.variant.alone)),
    )


def _of_tiles(variant: RescoredVariant, tiles: Sequence[int], outputs: Outputs) -> Sequence[float]:
    """How far the classifier of tiles supports the digits, and that they are any."""
    chosen = variant.shares.argmax(axis=1)
    shares = [
        _log_odds(float(row[digit])) for row, digit in zip(variant.by_tiles, chosen, strict=True)
    ]
    is_digit = outputs.is_digit[list(tiles)]
    return (
        min(shares),
        float(np.mean(shares)),
        float(np.mean(variant.by_tiles.argmax(axis=1) == chosen)),
        _log_odds(float(is_digit.min())),
        _log_odds(float(is_digit.mean())),
    )


def _of_components(
    variant: RescoredVariant, boxes: Sequence[Box], height: float, components: Rows
) -> Sequence[float]:
    """Whether the components read the same, how sure, how many of the digits they see, and how many
    that the string does not have."""
    digits = [d for row in components for number in row for d in number.digits]
    beside = [d for d in digits if d.reason != "not_a_digit" and _is_level(d, boxes, height)]
    beside.sort(key=lambda digit: _middle(digit.box))
    near = [d for d in beside if boxes[0][0] - height < _middle(d.box) < boxes[-1][2] + height]
    text = "".join(str(digit) for digit in variant.shares.argmax(axis=1))
    agree = "".join(str(digit.likeliest) for digit in near) == text
    sure = math.prod(digit.probability * digit.is_digit for digit in near) if near else 0.0
    seen = [_middle(digit.box) for digit in near]
    covered = sum(any(box[0] <= x <= box[2] for x in seen) for box in boxes)
    slack = 0.1 * height
    missed = sum(
        not any(box[0] - slack <= _middle(d.box) <= box[2] + slack for box in boxes) for d in beside
    )
    return agree, sure * agree, covered / len(boxes), min(MISSED_MAX, missed)


def _is_level(digit: Digit, boxes: Sequence[Box], height: float) -> bool:
    """Whether a digit of the components stands in a number's row, as high as its digits."""
    middle = (digit.box[1] + digit.box[3]) / 2
    top, bottom = min(box[1] for box in boxes), max(box[3] for box in boxes)
    ratio = (digit.box[3] - digit.box[1]) / height
    return top < middle < bottom and SAME_HEIGHT[0] < ratio < SAME_HEIGHT[1]


def _log_odds(probability: float) -> float:
    inside = min(max(probability, LEAST), 1 - LEAST)
    return math.log(inside / (1 - inside))


def _middle(box: Box) -> float:
    return (box[0] + box[2]) / 2
