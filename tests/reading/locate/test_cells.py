"""Cells of boxes, combs and tables."""

import numpy as np
import pytest

pytest.importorskip("cv2")

from tenfold.reading.locate.cells import BAND_HEIGHT, cells_between, dividers_of


def band(width=400):
    return np.full((BAND_HEIGHT, width), 20, np.uint8)


def test_lines_taller_than_digits_divide():
    row = band()
    for x in (30, 110, 260):
        row[:, x : x + 2] = 180
    assert dividers_of(row) == pytest.approx([30.5, 110.5, 260.5], abs=1)


def test_short_lines_divide_where_they_stand_at_equal_steps():
    row = band()
    for x in range(20, 380, 40):
        row[10:38, x : x + 2] = 180
    assert dividers_of(row) == pytest.approx([x + 0.5 for x in range(20, 380, 40)], abs=1)


def test_ones_are_no_dividers():
    row = band()
    for x in (30, 95, 130, 250):
        row[13:35, x : x + 3] = 255
    assert dividers_of(row) == []


def test_one_line_or_two_divide_nothing():
    row = band()
    row[:, 100:102] = 255
    assert dividers_of(row) == []
    row[:, 180:182] = 255
    assert dividers_of(row) == []


def test_squares_narrower_than_a_digit_are_no_cells():
    row = band()
    for x in range(20, 380, 13):
        row[10:38, x : x + 1] = 180
    assert dividers_of(row) == []


def test_a_cell_without_ink_is_said_to_be_empty():
    row = band()
    for x in range(20, 380, 40):
        row[:, x : x + 2] = 180
    row[13:35, 75:85] = 250
    cells = cells_between(row, dividers_of(row), 0.0)
    assert [cell.column for cell in cells if not cell.empty] == [1]
    assert len(cells) == 8


def test_cells_are_placed_in_the_strip():
    row = band()
    for x in (100, 140, 180):
        row[:, x : x + 2] = 180
    first = cells_between(row, dividers_of(row), 90.0)[0]
    assert (first.left, first.right) == pytest.approx((10.5, 50.5), abs=1)
