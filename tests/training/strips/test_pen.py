from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("cv2", reason="strips are composed with OpenCV")

from tenfold.training.strips.pen import curve, draw, strokes_of, unsteady


def test_none_lifts_the_pen() -> None:
    strokes = strokes_of([(0, 0), (1, 0), None, (0, 1), (1, 1), (1, 0.5)])
    assert [len(stroke) for stroke in strokes] == [2, 3]


def test_a_curve_goes_through_its_corners() -> None:
    corners = np.array([(0, 0), (4, 2), (6, 6), (0, 8)], np.float32)
    line = curve(corners)
    for corner in corners:
        assert np.abs(line - corner).sum(axis=1).min() < 1e-5


def test_corners_that_meet_still_meet() -> None:
    strokes = [np.array([(0, 0), (1, 1)], np.float32), np.array([(1, 1), (0, 1)], np.float32)]
    first, second = unsteady(strokes, np.random.default_rng(0), 0.1)
    np.testing.assert_array_equal(first[1], second[0])


def test_a_line_is_as_wide_as_the_pen() -> None:
    ink = np.zeros((40, 40), np.float32)
    draw(ink, [np.array([(5, 20), (35, 20)], np.float32)], width=6)
    assert ink[:, 20].sum() == pytest.approx(6, abs=1.5)
    assert ink[5, 20] == 0
