"""Places of numbers and cells after a turn."""

from __future__ import annotations

import numpy as np
import pytest

from readings import digit, number, reading
from tenfold.reading.answers.number import Mark
from tenfold.reading.answers.places import cells_after, numbers_after, reading_upright
from tenfold.reading.detections import Cell, PlaceInGrid
from tenfold.reading.opening.turning import box_after, size_after

TURNS = (0, 90, 180, 270)


@pytest.mark.parametrize("turn", TURNS)
def test_numbers_are_placed_in_the_picture_as_it_was_given(turn: int) -> None:
    size = size_after(turn, (50, 30))
    there = box_after(turn, (10, 4, 22, 9), (50, 30))
    entry = number(digit(3, 0.99, box=there))
    entry = type(entry)(entry.text, 0.9, (), entry.digits, marks=(Mark(".", 1, there),))
    ((only,),) = numbers_after(-turn % 360, ((entry,),), size)
    assert only.digits[0].box == (10, 4, 22, 9)
    assert only.marks[0].box == (10, 4, 22, 9)


def test_a_reading_stands_upright_with_its_picture() -> None:
    picture = np.zeros((100, 100), np.uint8)
    picture[20:50, 10:30] = 255
    cell = Cell(PlaceInGrid(0, 0, 0), (10, 20, 30, 50), False)
    row = (number(digit(3, 0.99, box=(10, 20, 30, 50))),)
    upright = reading_upright(reading(row, turn=90, cells=(cell,), picture=picture))
    left, top, right, bottom = upright.digits[0].box
    assert upright.picture is not None
    assert upright.picture[top:bottom, left:right].min() == 255
    assert upright.picture.sum() == picture.sum()
    assert upright.cells == cells_after(90, (cell,), (100, 100))
    assert upright.cells[0].box == upright.digits[0].box
    assert upright.turn == 0
