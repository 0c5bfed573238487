"""From the model's outputs for the tiles to the answer: digits, numbers, reasons."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice, pairwise

import numpy as np
import numpy.typing as npt

from tenfold.classifier import Outputs
from tenfold.framing.frame import Tile
from tenfold.reading.answers.boxes import boxed
from tenfold.reading.answers.cross_check import reconciled
from tenfold.reading.answers.letters import without_remains
from tenfold.reading.answers.number import Digit, Number, Reading, RejectReason, text_of
from tenfold.reading.answers.places import cells_after, numbers_after
from tenfold.reading.answers.segmentation import DIGIT_MIN, joint, spans_of, strings_of
from tenfold.reading.answers.string_answer import Answering, numbers_of_strings
from tenfold.reading.detections import AT_EDGE, Box, Cell, Detections, Reason, Span
from tenfold.reading.expected.expect import Expectation
from tenfold.reading.layout import numbers_of
from tenfold.reading.opening.turning import size_after

ALTERNATIVES = 5
MATCHING_MIN = 0.01  # probability; below, the expectation is more likely to be wrong
ROUNDING = 1e-4  # of the sum of 20,000 probabilities in single precision
MATCHES_MAX = 200  # matching readings that share the probability
RULED = "ruling removed"  # the note of `framing.ink`
TEXT_MIN = 40  # clusters; where most of more are no digits, the picture is a page of text


def digit_of(
    tile: Tile,
    probabilities: npt.NDArray[np.float32],
    is_digit: float,
    box: Box,
    reject: float,
    notes: tuple[str, ...] = (),
) -> Digit:
    """A digit from the model's outputs: `probabilities` float32 [10], and `is_digit`, the
    probability that `tile` shows a digit. Below `reject` there is no answer, but a reason."""
    likeliest = int(probabilities.argmax())
    probability = float(probabilities[likeliest])
    reason: RejectReason | None = None
    if is_digit < DIGIT_MIN:
        reason = "not_a_digit"
    elif AT_EDGE in notes:
        reason = "cut_off"
    elif probability * is_digit < reject:
        reason = "low_confidence"
    answer = likeliest if reason is None else None
    return Digit(answer, probability, probabilities, is_digit, box, tile, reason, likeliest, notes)


def answer_of(
    found: Detections,
    outputs: Outputs,
    reject: float,
    expected: Expectation | None,
    *,
    marks: bool = False,
    string_reject: float | None = None,
) -> Reading:
    """The answer to a picture: the likeliest digits, and the numbers that they form.

    `outputs` are the model's for `found.tiles`; `reject` is the probability below which there is
    no answer, `string_reject` that of the string reader's numbers; `expected` says which numbers
    are possible; `marks` puts marks into texts.
    """
    notes = list(found.notes)
    cells: tuple[Cell, ...] = ()
    if found.strings is None:
        numbers = _numbers_of_clusters(found, outputs, reject, expected, notes)
        reason = found.reason
    else:
        numbers = numbers_of_strings(
            Answering(found, outputs, string_reject or reject, expected, marks), notes
        )
        seen = _numbers_of_clusters(found, outputs, reject, expected, [])
        if RULED in found.notes:
            side = min(found.width, found.height)
            seen = without_remains(seen, side, alone=not found.strings)
        numbers = reconciled(numbers, seen, marks=marks)
        numbers, cells, about_boxes = boxed(numbers, found.cells)
        notes += about_boxes
        # components may be too many, or none, where the string reader reads
        reason = None
        if not any(number.is_number for row in numbers for number in row):
            reason = found.reason or _reason([d for row in seen for n in row for d in n.digits])
    digits = [digit for row in numbers for number in row for digit in number.digits]
    size = found.width, found.height
    width, height = size_after(found.turn, size)
    back = -found.turn % 360
    return Reading(
        found.file,
        numbers_after(back, numbers, size),
        reason or (None if found.error else _reason(digits)),
        tuple(notes),
        found.error,
        width,
        height,
        found.stages,
        found.page,
        found.pages,
        found.picture,
        found.turn,
        cells_after(back, cells, size),
        found.preview,
    )


def _numbers_of_clusters(
    found: Detections,
    outputs: Outputs,
    reject: float,
    expected: Expectation | None,
    notes: list[str],
) -> tuple[tuple[Number, ...], ...]:
    """The numbers that clusters of components form, row by row."""
    rows = [
        [_digit_in(span, found, outputs, reject) for span in row]
        for row in spans_of(found, outputs)
    ]
    starts = numbers_of([[digit.box for digit in row] for row in rows])
    return tuple(
        tuple(
            number_of(row[first:last], reject, expected, notes)
            for first, last in pairwise([*start, len(row)])
        )
        for row, start in zip(rows, starts, strict=True)
    )


def _digit_in(span: Span, found: Detections, outputs: Outputs, reject: float) -> Digit:
    probabilities, is_digit = outputs.probabilities[span.tile], outputs.is_digit[span.tile]
    tile = found.tiles[span.tile]
    return digit_of(tile, probabilities, float(is_digit), span.box, reject, span.notes)


def _reason(digits: Sequence[Digit]) -> Reason | None:
    """Why there is nothing to read; None where there is."""
    non_digits = sum(digit.reason == "not_a_digit" for digit in digits)
    if non_digits > TEXT_MIN and non_digits > len(digits) / 2:
        return "too_much_text"
    return "no_digits" if non_digits == len(digits) else None


def number_of(
    digits: Sequence[Digit], reject: float, expected: Expectation | None, notes: list[str]
) -> Number:
    """A number from its digits. Where something is expected, the digits follow from the readings
    that match; where none matches, a note is added to `notes`."""
    real = [digit for digit in digits if digit.reason != "not_a_digit"]
    unexpected = False
    if real and expected is not None:
        matching = _matching(real, expected)
        if unexpected := matching is None:
            notes.append(f"nothing that {text_of(digits)} may be matches what is expected")
        else:
            updated = iter(_updated(real, matching, reject))
            digits = [d if d.reason == "not_a_digit" else next(updated) for d in digits]
            return Number(
                text_of(digits),
                matching[0][1],
                tuple(matching[1 : 1 + ALTERNATIVES]),
                tuple(digits),
            )
    probability = joint([digit.probability for digit in real]) if real else 0.0
    readings = strings_of(np.stack([digit.probabilities for digit in real])) if real else iter(())
    return Number(
        text_of(digits),
        probability,
        tuple(islice(readings, 1, 1 + ALTERNATIVES)),
        tuple(digits),
        unexpected=unexpected,
    )


def _matching(digits: Sequence[Digit], expected: Expectation) -> list[tuple[str, float]] | None:
    """The readings that match, the likeliest first, with their probabilities on condition that one
    of them is right; None where their sum is too small."""
    matching: list[tuple[str, float]] = []
    total, rest = 0.0, 1.0  # probability of the matching readings, and of those not tried yet
    for text, probability in strings_of(np.stack([digit.probabilities for digit in digits])):
        rest -= probability
        if expected(text):
            matching.append((text, probability))
            total += probability
        if len(matching) == MATCHES_MAX or total + rest < MATCHING_MIN - ROUNDING:
            break
    if total < MATCHING_MIN:
        return None
    return [(text, probability / total) for text, probability in matching]


def _updated(
    digits: Sequence[Digit], matching: Sequence[tuple[str, float]], reject: float
) -> list[Digit]:
    """The digits with their marginal probabilities over the matching readings."""
    updated = []
    for place, digit in enumerate(digits):
        shares = np.zeros_like(digit.probabilities)
        for text, probability in matching:
            shares[int(text[place])] += probability
        updated.append(digit_of(digit.tile, shares, digit.is_digit, digit.box, reject, digit.notes))
    return updated
