"""Composed pages: what the locator is taught agrees with what is drawn."""

import numpy as np
import pytest

pytest.importorskip("cv2")
pytest.importorskip("matplotlib")

import cv2

from tenfold.reading.locate.pyramid import STRIDE
from tenfold.training.pages.page import SIDE, compose_page
from tenfold.training.pages.sheet import blank_sheet, lay, mark_band
from tenfold.training.pages.writing import random_pen, write_number, write_word
from tenfold.training.strips.glyph_bank import glyph_bank


@pytest.fixture(scope="module")
def banks():
    """Digits whose shapes do not matter: upright bars and rings."""
    images = np.zeros((200, 28, 28), np.uint8)
    for at, image in enumerate(images):
        cv2.ellipse(image, (14, 14), (2 + at % 6, 9), 0, 0, 360, 255, 2)
    return [glyph_bank(images, np.arange(200) % 10)]


def test_a_page_is_the_same_for_the_same_seed(banks):
    first, again = (compose_page(np.random.default_rng(3), banks) for _ in range(2))
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))


def test_maps_have_a_value_for_each_cell(banks):
    for seed in range(12):
        page = compose_page(np.random.default_rng(seed), banks)
        assert page.picture.shape == (SIDE, SIDE)
        assert page.picture.dtype == np.uint8
        for cells in page[1:]:
            assert cells.shape == (SIDE // STRIDE, SIDE // STRIDE)
        heights = page.heights[page.digits > 128].astype(np.float32)
        assert ((heights >= 8.4) & (heights <= 23.1)).all()
        assert page.turned.max() <= 3


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


def test_ink_that_leaves_the_page_is_cut():
    levels = np.full((20, 20), 200.0, np.float32)
    lay(levels, np.ones((10, 10), np.float32), 15, -5, 0.0)
    assert (levels == 0).sum() == 25


def test_a_band_is_half_as_high_as_its_digits():
    sheet = blank_sheet(np.zeros((60, 100), np.float32))
    mark_band(sheet, (10, 30), (90, 30), 40.0)
    assert np.count_nonzero(sheet.digits[:, 50]) == pytest.approx(22, abs=2)
