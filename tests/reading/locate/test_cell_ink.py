"""The ink of one cell."""

import numpy as np
import pytest

pytest.importorskip("cv2", reason="the photo extra is not installed")

from tenfold.reading.locate.cell_ink import ink_in

CELL = (20, 10, 80, 60)  # left, top, right, bottom


def page():
    grey = np.full((80, 100), 220, np.uint8)
    grey[10:61, 20] = grey[10:61, 80] = grey[10, 20:81] = grey[60, 20:81] = 60
    return grey


def test_the_box_of_the_writing_and_the_height_of_its_characters():
    grey = page()
    grey[20:50, 35:39] = grey[22:48, 55:60] = 40
    ink = ink_in(grey, CELL, ink_is_dark=True)
    assert ink.box == (35, 20, 60, 50)
    assert ink.height == pytest.approx(30, abs=4)
    assert ink.touches == ()


def test_bright_ink_on_a_dark_cell():
    grey = page()
    grey[20:50, 35:39] = 40
    assert ink_in(255 - grey, CELL, ink_is_dark=False).box == (35, 20, 39, 50)


def test_a_stroke_touches_the_line_that_it_reaches():
    grey = page()
    grey[30:70, 45:49] = 40  # out through the bottom
    ink = ink_in(grey, CELL, ink_is_dark=True)
    assert ink.touches == ((3, 45, 49),)
    assert not ink.fills
    grey[5:70, 45:49] = 40
    assert ink_in(grey, CELL, ink_is_dark=True).fills


def test_lines_of_the_cell_and_marks_are_no_writing():
    grey = page()
    grey[10:61, 76:80] = 60  # the line is thick
    grey[50:54, 40:44] = 40  # a full stop
    ink = ink_in(grey, CELL, ink_is_dark=True)
    assert ink.height == 0
    assert ink.cell[2] <= 77


def test_a_cell_too_small_for_a_digit_has_no_writing():
    assert ink_in(page(), (20, 10, 27, 17), ink_is_dark=True).height == 0


def test_a_digit_beside_the_line_is_not_taken_for_it():
    grey = page()
    grey[12:59, 24:28] = 40  # a 1, three pixels from the line
    assert ink_in(grey, CELL, ink_is_dark=True).box[0] == 24
