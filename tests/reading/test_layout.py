"""Rows in reading order, and the numbers in a row, by hand."""

from __future__ import annotations

from tenfold.reading.detections import Box
from tenfold.reading.layout import numbers_of, rows_of


def box(left: int, top: int = 0, width: int = 20, height: int = 30) -> Box:
    return (left, top, left + width, top + height)


def test_rows_go_from_top_to_bottom_and_from_left_to_right() -> None:
    boxes = [box(100, 100), box(0, 0), box(0, 105), box(50, 4)]
    assert rows_of(boxes) == [[1, 3], [2, 0]]


def test_a_row_may_rise_by_more_than_its_height() -> None:
    boxes = [box(40 * i, -12 * i) for i in range(6)]
    assert rows_of(boxes) == [[0, 1, 2, 3, 4, 5]]


def test_a_low_box_is_in_the_row_that_it_overlaps() -> None:
    assert rows_of([box(0), box(30, 20, 8, 8)]) == [[0, 1]]


def test_a_wide_gap_begins_a_number() -> None:
    row = [box(0), box(25), box(50), box(150), box(175)]
    assert numbers_of([row]) == [[0, 3]]


def test_digits_apart_at_one_pace_are_one_number() -> None:
    assert numbers_of([[box(60 * i) for i in range(5)]]) == [[0]]


def test_a_single_gap_is_compared_with_those_of_other_rows() -> None:
    two = [box(0), box(70)]  # 50 pixels, less than twice a digit's height
    assert numbers_of([two]) == [[0]]
    wide = [box(0), box(90)]  # 70 pixels
    assert numbers_of([wide]) == [[0, 1]]
    spread = [box(75 * i) for i in range(4)]  # 55 pixels apart, so 70 are usual
    assert numbers_of([wide, spread]) == [[0], [0]]


def test_nothing_is_a_row_without_numbers_before_it() -> None:
    assert rows_of([]) == []
    assert numbers_of([[]]) == [[0]]
