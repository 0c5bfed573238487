"""The grain of blank paper is no writing, however sure the locator is."""

import numpy as np
import pytest

pytest.importorskip("cv2")

from tenfold.reading.locate.contrast import clear_runs
from tenfold.reading.locate.runs import Run


def run(x0, x1, y, height=20.0):
    return Run(x0, y, x1, y, height, 0.0, 0.9, 0.0)


@pytest.fixture
def grey():
    noisy = np.random.default_rng(0).normal(200, 2, (200, 400))
    return np.clip(noisy, 0, 255).astype(np.uint8)


def test_grain_beside_ink_is_left_out(grey):
    grey[40:60, 50:54] = grey[40:60, 90:94] = 40
    ink, grain = run(40, 110, 50), run(200, 230, 150)
    assert clear_runs(grey, [ink, grain]) == [ink]


def test_grain_alone_is_left_out_too(grey):
    assert clear_runs(grey, [run(200, 230, 150)]) == []


def test_pale_ink_is_kept(grey):
    grey[40:60, 50:54] = grey[40:60, 90:94] = 175
    assert len(clear_runs(grey, [run(40, 110, 50)])) == 1


def test_no_runs_are_no_runs(grey):
    assert clear_runs(grey, []) == []


def test_a_speck_beside_a_row_is_left_out_but_not_a_sure_small_digit(grey):
    grey[20:80, 50:60] = grey[20:80, 90:100] = 40
    grey[150:160, 200:203] = grey[150:160, 300:303] = 40
    row = run(40, 180, 50, height=60)
    speck = Run(196, 155, 208, 155, 12, 0.0, 0.65, 0.0)
    small = Run(296, 155, 308, 155, 12, 0.0, 0.9, 0.0)
    assert clear_runs(grey, [row, speck, small]) == [row, small]
