"""Rows of runs, and the runs of one page that another scale found too."""

import pytest

pytest.importorskip("cv2")

from tenfold.reading.locate.rows import rows_of
from tenfold.reading.locate.runs import Run, without_doubles


def run(x0, x1, y, *, height=20.0, score=0.9, rise=0.0):
    return Run(x0, y, x1, y + rise, height, 0.0, score, 0.0)


def test_neighbours_within_a_digits_height_are_one_run():
    (row,) = rows_of([run(0, 50, 100), run(70, 120, 101)])
    assert [(joined.x0, joined.x1) for joined in row] == [(0, 120)]


def test_what_cells_say_of_rows_and_numbers_holds():
    near, level = run(0, 50, 100), run(60, 90, 101)
    (row,) = rows_of([near, level], joins=lambda left, right: False)
    assert row == [near, level]
    assert rows_of([near, level], same_row=lambda left, right: False) == [[near], [level]]


def test_a_row_that_rises_stays_one_row():
    runs = [run(0, 200, 100, rise=-20), run(260, 460, 74, rise=-20), run(0, 200, 160, rise=-20)]
    assert [len(row) for row in rows_of(runs)] == [2, 1]


def test_writing_of_another_size_is_another_row():
    assert len(rows_of([run(0, 50, 100), run(80, 300, 100, height=60)])) == 2


def test_rows_of_a_rising_page_come_in_the_order_of_the_page():
    left, right = run(0, 300, 100, rise=-60), run(350, 500, 70, rise=-30)  # right: the second row
    assert [row[0].x0 for row in rows_of([right, left])] == [0, 350]


def test_the_better_of_two_scales_is_kept():
    sure, doubtful = run(0, 100, 50), run(10, 60, 52, height=9, score=0.5)
    assert without_doubles([doubtful, sure]) == [sure]


def test_two_rows_are_no_row_of_large_digits():
    rows = [run(0, 200, 50), run(0, 200, 90)]
    assert without_doubles([run(0, 200, 70, height=90), *rows]) == rows


def test_runs_that_only_touch_are_both_kept():
    above, below = run(0, 100, 50), run(0, 100, 71)
    assert len(without_doubles([above, below])) == 2


def test_a_sagging_line_is_followed():
    sagging = Run(0, 50, 100, 50, 20, 6.0, 0.9, 0.0)
    assert sagging.middle_at(50) == pytest.approx(56)
    assert sagging.middle_at(0) == pytest.approx(50)
