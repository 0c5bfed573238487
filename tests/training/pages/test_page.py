"""Composed pages: what the locator is taught agrees with what is drawn."""

import numpy as np
import pytest

pytest.importorskip("cv2")
pytest.importorskip("matplotlib")

from tenfold.reading.locate.pyramid import STRIDE
from tenfold.training.pages.page import SIDE, compose_page


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
