"""Boxes and cells on pages that are drawn here."""

import numpy as np
import pytest

pytest.importorskip("cv2", reason="the photo extra is not installed")

import cv2

from tenfold.reading.locate.grids import cells_of

PAPER, LINE, INK = 225, 90, 40


def page(height=300, width=500):
    return np.full((height, width), PAPER, np.uint8)


def draw_grid(grey, rows, columns, *, left=40, top=50, wide=40, high=48):
    for row in range(rows + 1):
        y = top + row * high
        cv2.line(grey, (left, y), (left + columns * wide, y), LINE, 2)
    for column in range(columns + 1):
        x = left + column * wide
        cv2.line(grey, (x, top), (x, top + rows * high), LINE, 2)


def write(grey, digit, row, column, *, left=40, top=50, wide=40, high=48):
    at = (left + column * wide + 10, top + row * high + 36)
    cv2.putText(grey, digit, at, cv2.FONT_HERSHEY_SIMPLEX, 1.1, INK, 3)


def places(cells):
    return [(cell.place.row, cell.place.column) for cell in cells]


def written(cells):
    return [(cell.place.row, cell.place.column) for cell in cells if not cell.is_empty]


def test_a_row_of_boxes_has_columns_and_says_which_are_empty():
    grey = page()
    draw_grid(grey, 1, 8)
    for column in (0, 2, 7):
        write(grey, "5", 0, column)
    cells = cells_of(grey, 28, ink_is_dark=True)
    assert places(cells) == [(0, column) for column in range(8)]
    assert written(cells) == [(0, 0), (0, 2), (0, 7)]
    left, top, right, bottom = cells[2].box
    assert (left, top, right, bottom) == pytest.approx((120, 50, 160, 98), abs=6)


def test_a_table_has_rows_and_columns_with_empty_ones_between():
    grey = page()
    draw_grid(grey, 4, 5, wide=60)
    write(grey, "3", 0, 1, wide=60)
    write(grey, "8", 3, 4, wide=60)
    cells = cells_of(grey, 28, ink_is_dark=True)
    assert len(cells) == 20
    assert written(cells) == [(0, 1), (3, 4)]
    assert {cell.place.grid for cell in cells} == {0}


def test_a_wide_cell_with_a_single_1_is_not_empty():
    grey = page()
    draw_grid(grey, 2, 2, wide=150)
    write(grey, "28", 0, 0, wide=150)
    write(grey, "1", 1, 1, wide=150)
    assert written(cells_of(grey, 28, ink_is_dark=True)) == [(0, 0), (1, 1)]


@pytest.mark.parametrize("degrees", [-5, -2, 3, 5])
def test_rows_that_climb_or_fall_keep_their_places(degrees):
    grey = page(400, 600)
    draw_grid(grey, 3, 8, left=120, top=120)
    for column in range(8):
        write(grey, "2", 1, column, left=120, top=120)
    turn = cv2.getRotationMatrix2D((300, 200), degrees, 1.0)
    grey = cv2.warpAffine(grey, turn, (600, 400), borderValue=PAPER)
    cells = cells_of(grey, 28, ink_is_dark=True)
    assert sorted(places(cells)) == [(row, column) for row in range(3) for column in range(8)]
    assert sorted(written(cells)) == [(1, column) for column in range(8)]


def test_bright_ink_on_a_dark_page_has_cells_too():
    grey = page()
    draw_grid(grey, 1, 5)
    write(grey, "4", 0, 3)
    cells = cells_of(255 - grey, 28, ink_is_dark=False)
    assert written(cells) == [(0, 3)]


def test_two_tables_are_two_grids():
    grey = page(300, 600)
    draw_grid(grey, 2, 4, left=20)
    draw_grid(grey, 2, 4, left=380)
    cells = cells_of(grey, 28, ink_is_dark=True)
    assert [cell.place.grid for cell in cells] == [0] * 8 + [1] * 8


def test_one_box_around_a_number_is_a_cell_and_the_edge_of_the_picture_is_none():
    grey = page(140, 200)
    assert cells_of(grey, 28, ink_is_dark=True) == ()
    draw_grid(grey, 1, 1, wide=100, high=60)
    assert places(cells_of(grey, 28, ink_is_dark=True)) == [(0, 0)]


def test_digits_and_a_line_under_them_close_nothing_in():
    grey = page()
    for column, digit in enumerate("1117410"):
        write(grey, digit, 0, column)
    cv2.line(grey, (20, 100), (480, 100), LINE, 2)
    assert cells_of(grey, 28, ink_is_dark=True) == ()
