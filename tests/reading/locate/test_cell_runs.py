"""Runs for written cells."""

from __future__ import annotations

import numpy as np
import pytest

cv2 = pytest.importorskip("cv2", reason="the photo extra is not installed")

from fake_locator import knowing  # noqa: E402
from tenfold.reading.locate.cell_runs import runs_by_cells, written_cells  # noqa: E402
from tenfold.reading.locate.locate import find_strips  # noqa: E402
from tenfold.reading.locate.runs import Run  # noqa: E402
from tenfold.reading.locate.seen import Looked, Seen  # noqa: E402

SIDE = 50


def grid(rows, columns, written=(), side=SIDE, cross=0):
    """Squares of 50 pixels with strokes 26 pixels high in some."""
    grey = np.full((rows * side + 40, columns * side + 40), 225, np.uint8)
    for row in range(rows + 1):
        cv2.line(grey, (20, 20 + row * side), (20 + columns * side, 20 + row * side), 80, 1)
    for column in range(columns + 1):
        cv2.line(grey, (20 + column * side, 20), (20 + column * side, 20 + rows * side), 80, 1)
    for row, column in written:
        x, y = 20 + column * side + side // 2, 20 + row * side + 12 - cross
        grey[y : y + 26 + 2 * cross, x - 3 : x + 4] = 40
    return grey


class Everywhere(Looked):
    """A locator that sees the same at each place."""

    def __init__(self, digits=0.75, others=0.125):
        self._seen = Seen(digits, others)

    def at(self, box, height):
        return self._seen


def located(grey, runs=(), height=26, looked=None):
    """The cells, the runs beside them and those of cells."""
    looked = looked or Everywhere()
    written = written_cells(grey, height, looked, ink_is_dark=True)
    beside, in_cells = runs_by_cells(runs, written, looked, ink_is_dark=True)
    return written.cells, beside, in_cells


def run_at(x0, x1, y, height=26.0):
    return Run(x0, y, x1, y, height, 0.0, 0.9, 0.0)


def test_each_written_cell_has_a_run_of_its_own():
    cells, beside, in_cells = located(grid(3, 4, [(0, 1), (2, 3)]), [run_at(90, 101, 45)])
    assert len(cells) == 12
    assert beside == []
    first, second = in_cells
    assert (first.x0, first.x1) == pytest.approx((90, 101), abs=2)
    assert (second.x0, second.x1) == pytest.approx((192, 199), abs=2)
    assert (second.y0, second.height) == pytest.approx((145, 26), abs=2)
    assert (second.score, second.other, second.bright) == (0.75, 0.125, 0.0)
    left, right = in_cells[second]
    assert 170 < left < 175
    assert 215 < right < 221


def test_what_a_run_has_beside_a_grid_stays():
    around = run_at(10, 260, 45)
    _, beside, _ = located(np.pad(grid(3, 4, [(0, 1)]), ((0, 0), (0, 60)), "edge"), [around])
    (rest,) = beside
    assert (rest.x0, rest.x1) == pytest.approx((220, 260), abs=1)


@pytest.mark.parametrize("run", [run_at(90, 101, 70, height=90), run_at(130, 160, 145)])
def test_runs_over_several_cells_and_in_empty_ones_go(run):
    assert located(grid(3, 4, [(0, 1), (1, 1)]), [run])[1] == []


def test_ink_in_which_the_locator_sees_no_digit_has_no_run():
    _, _, in_cells = located(grid(3, 4, [(0, 1)]), looked=Everywhere(digits=0.25))
    assert in_cells == {}


def test_pale_ink_in_which_the_locator_sees_a_digit_is_writing():
    grey = grid(3, 4, [(0, 1)])
    grey[132:158, 187:194] = 205  # in row 2, column 3
    cells, _, in_cells = located(grey)
    assert len(in_cells) == 2
    assert not cells[11].is_empty


def test_lower_cells_are_looked_for_where_there_are_none_as_high_as_the_runs():
    assert len(located(grid(3, 4, [(0, 1), (2, 3)]), height=90)[2]) == 2


def test_squared_paper_whose_lines_are_written_over_has_no_cells_of_its_own():
    over = grid(6, 8, [(1, 1), (1, 4), (3, 2), (4, 6)], cross=20)
    row = run_at(60, 400, 95, height=66)
    for height in (26, 90):
        _, beside, in_cells = located(over, [row], height=height)
        assert (beside, in_cells) == ([row], {})


def test_a_digit_in_a_cell_has_a_strip_of_its_own():
    grey = grid(3, 4, [(0, 0), (0, 1), (2, 3)])
    lines = [(40, 45, 101, 45, 26), (185, 145, 205, 145, 26)]
    found = find_strips(grey, knowing(grey, lines))
    assert len(found.strips) == 3
    left, top, right, bottom = found.strips[2].box_in_picture(0, 5, 32, 27)
    assert left < 195 < right
    assert top < 145 < bottom
