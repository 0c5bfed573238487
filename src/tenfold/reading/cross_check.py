"""Cross-check of the string reader's numbers against those of connected components.

A row that no strip covers is answered from its components, as without the string reader. Where the
components have a digit that a number of the string reader does not have, one of the two is wrong:
the number is not sure, and the longer of both readings is given.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tenfold.reading.found import Box
from tenfold.reading.number import Digit, Number, text_of

UNEXPLAINED = "ink beside it is not explained"
SAME_HEIGHT = 0.6  # of a number's digits: lower ink is a mark or dust
UNLIKELY = 0.5  # probability of a number of the string reader: below, sure components are shown
NEAR = 1.0  # of a digit's height: unexplained ink so near a number may belong to it

Rows = tuple[tuple[Number, ...], ...]


def reconciled(strings: Rows, components: Rows, *, marks: bool) -> Rows:
    """The string reader's numbers, completed and made unsure where those of components disagree.

    Where the components are one sure digit, they win, unless the string reader has a sure number of
    several digits, or digits elsewhere.
    """
    if _is_one_sure_digit(components, strings):
        return components
    rows = [list(row) for row in strings]
    numbers = [number for row in strings for number in row]
    boxes = [d.box for n in numbers for d in n.digits if d.reason != "not_a_digit"]
    boxes += [mark.box for n in numbers for mark in n.marks if n.is_number]
    not_digits = [d.box for n in numbers for d in n.digits if d.reason == "not_a_digit"]
    for other in (number for row in components for number in row if number.is_number):
        seen = [digit for digit in other.digits if digit.reason != "not_a_digit"]
        known = boxes if other.reason is None else boxes + not_digits
        missed = [digit for digit in seen if not _covers(known, digit.box)]
        if not missed:
            _replace(rows, other)
            continue
        near = [(r, n) for r, row in enumerate(rows) for n in range(len(row))]
        near = [(r, n) for r, n in near if _casts_doubt(rows[r][n], missed)]
        for r, n in near:
            rows[r][n] = _completed(rows[r][n], other, marks=marks)
        if not near and len(missed) == len(seen) and _is_writing(other, numbers):
            _insert(rows, other)
    return tuple(tuple(row) for row in sorted(filter(None, rows), key=_middle))


def _is_one_sure_digit(components: Rows, strings: Rows) -> bool:
    """Whether the components are one sure digit, and all that the strings have lies in it."""
    numbers = [number for row in components for number in row if number.is_number]
    if len(numbers) != 1 or len(numbers[0].digits) != 1 or numbers[0].reason is not None:
        return False
    others = [number for row in strings for number in row if number.is_number]
    if any(len(number.digits) > 1 and number.reason is None for number in others):
        return False
    boxes = [numbers[0].box]
    return all(_covers(boxes, digit.box) for number in others for digit in number.digits)


def _is_writing(other: Number, numbers: Sequence[Number]) -> bool:
    """Whether a number that no strip covers is writing: it is sure and has two digits, or is about
    as high as a sure number of the string reader."""
    if not any(digit.reason is None for digit in other.digits):
        return False
    if other.reason is None and len(other.digits) > 1:
        return True
    height = _height(other)
    sure = [_height(number) for number in numbers if number.is_number and number.reason is None]
    return any(SAME_HEIGHT <= height / known <= 1 / SAME_HEIGHT for known in sure)


def _height(number: Number) -> int:
    """The median height of its digits."""
    heights = sorted(d.box[3] - d.box[1] for d in number.digits if d.reason != "not_a_digit")
    return max(1, heights[len(heights) // 2])


def _insert(rows: list[list[Number]], other: Number) -> None:
    """Add a number to the row at its height, or as a row of its own."""
    middle = (other.box[1] + other.box[3]) / 2
    for row in rows:
        if any(n.is_number and n.box[1] <= middle <= n.box[3] for n in row):
            row.append(other)
            row.sort(key=lambda number: number.box[0])
            return
    rows.append([other])


def _replace(rows: list[list[Number]], other: Number) -> None:
    """Put a sure number of the components in the place of very unlikely ones; it is not sure."""
    if other.reason is not None:
        return
    places = [
        (r, n)
        for r, row in enumerate(rows)
        for n, number in enumerate(row)
        if number.is_number
        and any(_covers([d.box for d in number.digits], d.box) for d in other.digits)
    ]
    if not places or any(rows[r][n].probability >= UNLIKELY for r, n in places):
        return
    (r, n), *others = places
    for row, column in reversed(others):
        del rows[row][column]
    rows[r][n] = _doubted(other)


def _covers(boxes: Sequence[Box], box: Box) -> bool:
    """Whether the middle of a box lies in one of several."""
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return any(left <= x <= right and top <= y <= bottom for left, top, right, bottom in boxes)


def _casts_doubt(number: Number, missed: Sequence[Digit]) -> bool:
    """Whether missed ink of a digit's size stands in a number, or near enough to belong to it."""
    if not number.is_number:
        return False
    left, top, right, bottom = number.box
    height = _height(number)
    for digit in missed:
        x0, y0, x1, y1 = digit.box
        beside = x0 - right <= NEAR * height and left - x1 <= NEAR * height
        level = min(bottom, y1) - max(top, y0) >= SAME_HEIGHT * (y1 - y0)
        if beside and level and SAME_HEIGHT <= (y1 - y0) / max(1, height) <= 1 / SAME_HEIGHT:
            return True
    return False


def _completed(number: Number, other: Number, *, marks: bool) -> Number:
    """The number, not sure; or the other number, not sure, if it has the same digits and more."""
    if other.reason is None and number.likeliest in other.likeliest:
        number = replace(other, probability=min(number.probability, other.probability))
    return _doubted(number, marks=marks)


def _doubted(number: Number, *, marks: bool = False) -> Number:
    """The number, not sure of any digit."""
    digits = tuple(_unsure(digit) for digit in number.digits)
    return replace(number, digits=digits, text=text_of(digits, number.marks if marks else ()))


def _unsure(digit: Digit) -> Digit:
    if digit.reason is not None:
        return digit
    notes = (*digit.notes, UNEXPLAINED)
    return replace(digit, digit=None, reason="low_confidence", notes=notes)


def _middle(row: Sequence[Number]) -> float:
    boxes = [number.box for number in row]
    return sum(box[1] + box[3] for box in boxes) / len(boxes)
