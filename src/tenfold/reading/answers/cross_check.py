"""Cross-check of the string reader's numbers against those of connected components.

A row that no strip covers is answered from its components, as without the string reader. Where the
components have a digit that a number of the string reader does not have, one of the two is wrong:
the number is not sure, and the longer of both readings is given.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tenfold.reading.answers.date_numbers import dated
from tenfold.reading.answers.number import Digit, Number, doubted, text_of
from tenfold.reading.detections import Box
from tenfold.reading.strings.symbols import MARKS

UNEXPLAINED = "ink beside it is not explained"
DISAGREE = "the row and its single digits are read differently"
SAME_HEIGHT = 0.6  # of a number's digits: lower ink is a mark or dust
CLEAR = 0.9  # probability of an unsure number of the components, from which it completes
SPECK = 0.35  # of the height of one sure digit: what is lower is grain or dust
UNLIKELY = 0.5  # probability of a number of the string reader: below, sure components are shown
NEAR = 1.0  # of a digit's height: unexplained ink so near a number may belong to it

Rows = tuple[tuple[Number, ...], ...]


def reconciled(strings: Rows, components: Rows, *, marks: bool) -> Rows:
    """The string reader's numbers, completed and made unsure where those of components disagree.

    Where the components are one sure digit, they win, unless the string reader has a sure number of
    several digits, or digits elsewhere.
    """
    if _is_one_sure_digit(components, strings):
        return _with_marks_of(strings, components, marks=marks)
    seen_by_components = [number for row in components for number in row if number.is_number]
    read = [number for row in strings for number in row if number.is_number]
    rows = [
        [better for number in row for better in _replaced(number, seen_by_components, read, marks)]
        for row in strings
    ]
    numbers = [number for row in rows for number in row]
    boxes = [d.box for n in numbers for d in n.digits if d.reason != "not_a_digit"]
    boxes += [mark.box for n in numbers for mark in n.marks if n.is_number]
    not_digits = [d.box for n in numbers for d in n.digits if d.reason == "not_a_digit"]
    for other in seen_by_components:
        seen = [digit for digit in other.digits if digit.reason != "not_a_digit"]
        known = boxes if other.reason is None else boxes + not_digits
        missed = [digit for digit in seen if not _covers(known, digit.box)]
        if not missed:
            continue
        near = [(r, n) for r, row in enumerate(rows) for n in range(len(row))]
        near = [(r, n) for r, n in near if _casts_doubt(rows[r][n], missed)]
        for r, n in near:
            whole = not _reaches(other, [x for row in rows for x in row], rows[r][n])
            rows[r][n] = _completed(rows[r][n], other, whole=whole, marks=marks)
        if not near and len(missed) == len(seen) and _is_writing(other, numbers):
            letters = any(_covers(not_digits, digit.box) for digit in seen)
            _insert(rows, doubted(other, DISAGREE) if letters else other)
    return tuple(tuple(row) for row in sorted(filter(None, rows), key=_middle))


def _is_one_sure_digit(components: Rows, strings: Rows) -> bool:
    """Whether the components are one sure digit, and all that the strings have lies in it."""
    numbers = [number for row in components for number in row if number.is_number]
    # its own reason: a sure digit that was not expected is sure nevertheless
    if len(numbers) != 1 or [digit.reason for digit in numbers[0].digits] != [None]:
        return False
    others = [number for row in strings for number in row if number.is_number]
    if any(len(number.digits) > 1 and number.reason is None for number in others):
        return False
    boxes = [numbers[0].box]
    high = SPECK * (boxes[0][3] - boxes[0][1])
    seen = [d for n in others for d in n.digits if d.box[3] - d.box[1] >= high]
    return all(_covers(boxes, digit.box) for digit in seen)


def _with_marks_of(strings: Rows, components: Rows, *, marks: bool) -> Rows:
    """The one sure digit of the components, with the marks that a string has around it."""
    (one,) = (number for row in components for number in row if number.is_number)
    written = [n for row in strings for n in row if n.is_number and n.marks]
    if len(written) != 1 or written[0].likeliest.strip(MARKS) != one.likeliest:
        return components
    found = written[0]
    marked = replace(
        one,
        text=text_of(one.digits, found.marks if marks else ()),
        marks=found.marks,
        unsure_marks=marks and found.reason is not None,
    )
    return tuple(tuple(marked if number is one else number for number in row) for row in components)


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


def _replaced(
    number: Number, components: Sequence[Number], strings: Sequence[Number], marks_wanted: bool
) -> list[Number]:
    """The number; or, doubted, a date whose slashes the components take for 1s, or sure numbers of
    the components that have seen all its digits, where they explain an unsure one better: with as
    many digits or more, none of them a mark."""
    if not number.is_number:
        return [number]
    if (date := _date_of(number, components, marks_wanted)) is not None:
        return [date]
    if number.reason is None:
        return [number]
    digit_boxes = [digit.box for digit in number.digits if digit.reason != "not_a_digit"]
    others = [o for o in components if any(_covers([number.box], d.box) for d in o.digits)]
    boxes = [digit.box for other in others for digit in other.digits]
    if any(other.reason is not None for other in others) or not all(
        _covers(boxes, b) for b in digit_boxes
    ):
        return [number]
    if any(_reaches(other, strings, number) for other in others):
        return [number]
    if [other.likeliest for other in others] == [number.likeliest]:
        return [number]
    marks = [mark.box for mark in number.marks]
    fewer = len(boxes) < len(digit_boxes) or any(_covers(marks, box) for box in boxes)
    if fewer and number.probability >= UNLIKELY:
        return [number]
    return [doubted(other, DISAGREE) for other in others]


def _reaches(other: Number, strings: Sequence[Number], number: Number) -> bool:
    """Whether a number of the components has digits of another string too, as in cells side by
    side, which components know nothing of."""
    return any(
        string is not number and _covers([string.box], digit.box)
        for string in strings
        for digit in other.digits
    )


def _date_of(number: Number, components: Sequence[Number], marks_wanted: bool) -> Number | None:
    """The number with what the components have between its digits, where that makes a date."""
    known = [*(digit.box for digit in number.digits), *(mark.box for mark in number.marks)]
    missed = [
        digit
        for other in components
        for digit in other.digits
        if _covers([number.box], digit.box) and not _covers(known, digit.box)
    ]
    if not missed or any(digit.likeliest != 1 for digit in missed):
        return None
    return dated(number, missed, marks=marks_wanted)


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


def _completed(number: Number, other: Number, *, whole: bool, marks: bool) -> Number:
    """The number, not sure; or the other, not sure, if it has the same digits and more, and that is
    the `whole` of it, without digits of another string."""
    more = len(other.likeliest) > len(number.likeliest)
    clear = other.reason is None or (
        other.reason == "low_confidence" and other.probability >= CLEAR
    )
    if whole and more and clear and _has_all(other, number):
        number = replace(other, probability=min(number.probability, other.probability))
    return doubted(number, UNEXPLAINED, with_marks=marks)


def _has_all(other: Number, number: Number) -> bool:
    """Whether the digits of a number are those of the other, some of them left out."""
    left = iter(other.likeliest)
    return all(digit in left for digit in number.likeliest if digit.isdecimal())


def _middle(row: Sequence[Number]) -> float:
    boxes = [number.box for number in row]
    return sum(box[1] + box[3] for box in boxes) / len(boxes)
