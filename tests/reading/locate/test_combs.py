"""Rows of equal boxes."""

from dataclasses import replace

import pytest

pytest.importorskip("cv2", reason="the photo extra is not installed")

from tenfold.reading.detections import Cell, PlaceInGrid
from tenfold.reading.locate.combs import Combs
from tenfold.reading.locate.runs import Run

FIRST = Run(10, 25, 30, 25, 28, 0.0, 0.9, 0.0)  # in the first box of 40 pixels


def boxes(count, wide=40, grid=0):
    return [
        Cell(PlaceInGrid(grid, 0, i), (i * wide, 0, (i + 1) * wide, 50), False)
        for i in range(count)
    ]


def moved(by):
    return replace(FIRST, x0=FIRST.x0 + by, x1=FIRST.x1 + by)


def test_digits_in_neighbouring_boxes_belong_together():
    combs = Combs(boxes(6))
    assert combs.joins(FIRST, moved(40))
    assert combs.joins(FIRST, moved(80)) is False  # an empty box lies between
    assert combs.joins(FIRST, moved(400)) is None  # beyond the boxes


def test_a_run_in_a_row_of_boxes_knows_their_pitch():
    assert Combs(boxes(6)).pitch(FIRST) == pytest.approx(40)
    assert Combs(boxes(6)).pitch(replace(FIRST, y0=90, y1=90)) == 0


@pytest.mark.parametrize(
    "cells",
    [boxes(3), boxes(6, wide=90), [*boxes(5), Cell(PlaceInGrid(0, 0, 5), (200, 0, 290, 50), True)]],
)
def test_few_wide_or_unequal_cells_are_no_row_of_boxes(cells):
    run = replace(FIRST, x1=34)
    following = replace(run, x0=cells[1].box[0] + 8, x1=cells[1].box[0] + 30)
    assert Combs(cells).joins(run, following) is False


def test_cells_of_a_table_part_a_run_where_they_meet():
    cells = boxes(3, wide=120)
    run = replace(FIRST, x1=200)
    parts = Combs(cells).parted(run)
    assert [(part.x0, part.x1) for part in parts] == [(10, 120), (120, 200)]
    assert Combs(boxes(6)).parted(run) == [run]  # boxes for one digit each
    below = replace(run, y0=90, y1=90)
    assert Combs(cells).parted(below) == [below]


def test_runs_that_stand_alone_in_boxes_are_read_alone_and_know_their_box():
    combs = Combs(boxes(6), alone={FIRST, moved(40)})
    assert combs.joins(FIRST, moved(40)) is False
    assert combs.box(moved(40)) == PlaceInGrid(0, 0, 1)
    assert combs.box(moved(80)) is None
    assert Combs(boxes(3, wide=120), alone={FIRST}).box(FIRST) is None


def test_cells_say_which_runs_stand_in_one_row():
    under = [
        Cell(PlaceInGrid(0, 1, i), (left, top + 50, right, bottom + 50), False)
        for i, (left, top, right, bottom) in enumerate(cell.box for cell in boxes(3))
    ]
    combs = Combs([*boxes(3), *under])
    assert combs.same_row(FIRST, replace(moved(40), y0=40, y1=40)) is True
    assert combs.same_row(FIRST, replace(moved(40), y0=60, y1=60)) is False
    assert combs.same_row(FIRST, moved(400)) is None
