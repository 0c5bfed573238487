"""A page while it is composed."""

import numpy as np
import pytest

pytest.importorskip("cv2")

from tenfold.training.pages.sheet import blank_sheet, lay, leave_open, mark_band


def test_ink_that_leaves_the_page_is_cut():
    levels = np.full((20, 20), 200.0, np.float32)
    lay(levels, np.ones((10, 10), np.float32), 15, -5, 0.0)
    assert (levels == 0).sum() == 25


def test_a_band_is_half_as_high_as_its_digits():
    sheet = blank_sheet(np.zeros((60, 100), np.float32))
    mark_band(sheet, (10, 30), (90, 30), 40.0)
    assert np.count_nonzero(sheet.digits[:, 50]) == pytest.approx(22, abs=2)


def test_ink_covers_the_paper_by_its_share():
    levels = np.full((10, 10), 200.0, np.float32)
    lay(levels, np.full((2, 2), 0.5, np.float32), 0, 0, 100.0)
    assert levels[0, 0] == 150
    assert levels[5, 5] == 200


def test_what_is_left_open_has_no_weight():
    sheet = blank_sheet(np.zeros((60, 100), np.float32))
    leave_open(sheet, 10, 20, 30, 40)
    assert sheet.weight[30, 20] == 0
    assert sheet.weight[10, 20] == 1
