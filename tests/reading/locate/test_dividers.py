"""The dividers of combs, and the cells between them."""

import numpy as np
import pytest

pytest.importorskip("cv2")

from tenfold.reading.locate.dividers import BAND_HEIGHT, dividers_of, teeth_of


def band(width=400):
    return np.full((BAND_HEIGHT, width), 20, np.uint8)


def test_lines_taller_than_digits_divide():
    row = band()
    for x in (30, 110, 260, 350):
        row[:, x : x + 2] = 180
    assert dividers_of(row) == pytest.approx([30.5, 110.5, 260.5, 350.5], abs=1)


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


def test_three_lines_or_fewer_divide_nothing():
    row = band()
    for x in (100, 140, 180):
        row[:, x : x + 2] = 255
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
    teeth = teeth_of(row)
    assert [at for at, (_, _, is_empty) in enumerate(teeth) if not is_empty] == [1]
    assert len(teeth) == 8
    assert teeth[1][:2] == pytest.approx((60.5, 100.5), abs=1)


def test_a_row_without_dividers_has_no_teeth():
    assert teeth_of(band()) == []
