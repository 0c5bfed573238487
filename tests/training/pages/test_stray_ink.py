"""Ink that is no writing."""

import numpy as np
import pytest

pytest.importorskip("cv2")
pytest.importorskip("matplotlib")

from tenfold.training.pages.sheet import blank_sheet
from tenfold.training.pages.stray_ink import scribble, shape, stray_marks
from tenfold.training.pages.writing import random_pen, write_number


def test_scribbles_and_shapes_change_the_page_in_place():
    for draw in (
        lambda rng, levels: scribble(rng, levels, 20.0, 30.0, 2.0),
        lambda rng, levels: shape(rng, levels, 30.0),
    ):
        drawn = 0
        for seed in range(10):
            levels = np.full((200, 300), 230, np.float32)
            draw(np.random.default_rng(seed), levels)
            drawn += (levels != 230).any()
        assert drawn >= 8  # some fall off the page


def test_stray_marks_are_not_taught_as_digits(banks):
    for seed in range(20):
        rng = np.random.default_rng(seed)
        sheet = blank_sheet(np.full((200, 300), 230, np.float32))
        pen = random_pen(rng, banks, sheet, 30.0, bright=False)
        write_number(rng, sheet, pen, 20, 50, "12")
        before = sheet.digits.copy(), sheet.others.copy()
        stray_marks(rng, sheet, pen)
        np.testing.assert_array_equal(sheet.digits, before[0])
        np.testing.assert_array_equal(sheet.others, before[1])
