"""Handwriting on a page, and the band that the locator is to find."""

import numpy as np
import pytest

pytest.importorskip("cv2")
pytest.importorskip("matplotlib")

from tenfold.training.pages.sheet import blank_sheet
from tenfold.training.pages.writing import random_pen, write_number, write_word


def test_the_band_of_a_number_lies_on_its_middle(banks):
    rng = np.random.default_rng(0)
    sheet = blank_sheet(np.full((100, 400), 230, np.float32))
    pen = random_pen(rng, banks, sheet, 30.0, bright=False)
    pen.rise, pen.hand.gap, pen.hand.gap_spread = 0.0, 0.2, 0.0
    end = write_number(rng, sheet, pen, 20, 50, "1234")
    rows, columns = np.nonzero(sheet.digits)
    assert rows.mean() == pytest.approx(50, abs=1.5)
    assert columns.min() == pytest.approx(20, abs=2)
    assert columns.max() <= end + 2
    assert set(np.unique(sheet.heights)) == {0.0, 30.0}
    assert not sheet.others.any()


def test_words_are_other_writing(banks):
    rng = np.random.default_rng(0)
    sheet = blank_sheet(np.full((100, 400), 230, np.float32))
    pen = random_pen(rng, banks, sheet, 30.0, bright=False)
    write_word(rng, sheet, pen, 20, 50, 4)
    assert sheet.others.any()
    assert not sheet.digits.any()


def test_a_wide_gap_parts_two_bands(banks):
    rng = np.random.default_rng(0)
    sheet = blank_sheet(np.full((100, 400), 230, np.float32))
    pen = random_pen(rng, banks, sheet, 20.0, bright=False)
    pen.rise, pen.hand.gap, pen.hand.gap_spread = 0.0, 2.0, 0.0
    write_number(rng, sheet, pen, 20, 50, "11")
    along = sheet.digits[50] > 0
    assert np.count_nonzero(np.diff(along.astype(int)) == 1) == 2
