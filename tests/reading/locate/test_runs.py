"""From the locator's answers to runs of digits."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("cv2", reason="the photo extra is not installed")

from tenfold.reading.locate.pyramid import MARGIN, STRIDE, PyramidPage
from tenfold.reading.locate.runs import (
    LocatorOutputs,
    Run,
    outputs_of,
    runs_of,
    without_doubles,
)

ROWS, COLUMNS = 40, 80  # cells


def run(x0: float, x1: float, *, y: float = 50.0, height: float = 20.0, score: float = 0.9) -> Run:
    return Run(x0, y, x1, y, height, 0.0, score, 0.0)


def answers(
    cells: list[tuple[int, int]], probability: float = 0.9, height: float = 14
) -> LocatorOutputs:
    """Digits in some cells (row, column) and nowhere else."""
    digits = np.zeros((ROWS, COLUMNS), np.float32)
    for row, column in cells:
        digits[row, column] = probability
    nothing = np.zeros_like(digits)
    turns = np.zeros((4, ROWS, COLUMNS), np.float32)
    return LocatorOutputs(digits, nothing, np.full_like(digits, height), nothing, turns)


def page(scale: float = 1.0) -> PyramidPage:
    return PyramidPage(np.zeros((ROWS * STRIDE, COLUMNS * STRIDE), np.uint8), scale)


def test_outputs_become_probabilities_and_pixels() -> None:
    outputs = np.zeros((8, 2, 2), np.float32)
    outputs[0], outputs[2] = 99.0, np.log(2)
    outputs[5] = 50.0
    found = outputs_of(outputs)
    assert found.digits.min() > 0.999
    np.testing.assert_allclose(found.others, 0.5)
    np.testing.assert_allclose(found.heights, 28.0, rtol=1e-6)
    np.testing.assert_allclose(found.turns.sum(axis=0), 1, rtol=1e-6)
    assert found.turns[1].min() > 0.999


def test_a_run_has_its_ends_and_its_height_in_pixels_of_the_picture() -> None:
    cells = [(20, column) for column in range(10, 40)]
    (found,) = runs_of(page(0.5), answers(cells))
    assert found.x0 == pytest.approx((10 * STRIDE - MARGIN) / 0.5, abs=2)
    assert found.x1 == pytest.approx((40 * STRIDE - MARGIN) / 0.5, abs=2)
    assert found.height == pytest.approx(28)
    assert found.slope == pytest.approx(0, abs=1e-6)
    assert found.score == pytest.approx(0.9)


def test_a_run_may_rise() -> None:
    cells = [(30 - column // 4, column) for column in range(8, 60)]
    (found,) = runs_of(page(), answers(cells))
    assert found.slope == pytest.approx(-0.25, abs=0.03)


def test_a_run_needs_one_cell_that_is_clearly_a_digit() -> None:
    cells = [(20, column) for column in range(10, 20)]
    assert runs_of(page(), answers(cells, probability=0.5)) == []
    assert runs_of(page(), answers(cells, probability=0.3)) == []


def test_digits_of_another_size_are_left_to_another_scale() -> None:
    cells = [(20, column) for column in range(10, 20)]
    assert runs_of(page(), answers(cells, height=40)) == []


def test_a_wide_gap_parts_two_runs() -> None:
    cells = [(20, column) for column in [*range(10, 20), *range(30, 40)]]
    assert len(runs_of(page(), answers(cells))) == 2


def test_the_same_writing_at_two_scales_is_one_run() -> None:
    better, worse = run(0, 200, score=0.9), run(5, 180, height=18, score=0.7)
    assert without_doubles([worse, better]) == [better]


def test_two_rows_are_no_row_of_large_digits() -> None:
    large = run(0, 200, y=50, height=80, score=0.85)
    rows = [run(0, 200, y=30, height=20, score=0.85), run(0, 200, y=70, height=20, score=0.85)]
    kept = without_doubles([large, *rows])
    assert sorted(kept, key=lambda r: r.y0) == rows


def test_writing_elsewhere_stays() -> None:
    first, second = run(0, 100, y=20), run(0, 100, y=80)
    assert len(without_doubles([first, second])) == 2


def test_the_middle_line_is_straight_beyond_its_ends() -> None:
    bent = Run(0, 10, 100, 20, 20, 5, 0.9, 0)
    assert bent.middle_at(50) == pytest.approx(15 + 5)
    assert bent.middle_at(-10) == pytest.approx(9)
