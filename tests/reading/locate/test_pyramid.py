"""The picture at several scales."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("cv2", reason="the photo extra is not installed")

from tenfold.reading.locate.pyramid import (
    FINEST_PIXELS,
    MARGIN,
    SIDE_STEP,
    evened,
    pyramid,
)


def test_each_page_is_half_as_large_as_the_one_before() -> None:
    pages = pyramid(np.full((200, 300), 128, np.uint8))
    assert [page.scale for page in pages] == [1.0, 0.5, 0.25, 0.125, 0.0625]
    assert [page.pixels.shape for page in pages][:2] == [(248, 352), (152, 200)]


def test_a_large_picture_begins_at_a_bounded_size() -> None:
    pages = pyramid(np.zeros((3000, 4000), np.uint8))
    height, width = pages[0].pixels.shape
    assert (height - 2 * MARGIN) * (width - 2 * MARGIN) < 1.03 * FINEST_PIXELS
    assert pages[0].scale < 1


def test_sides_are_multiples_that_the_locator_takes() -> None:
    for page in pyramid(np.zeros((67, 131), np.uint8)):
        assert all(side % SIDE_STEP == 0 for side in page.pixels.shape)


def test_a_place_on_a_page_is_found_in_the_picture() -> None:
    first, second = pyramid(np.zeros((100, 100), np.uint8))[:2]
    assert first.to_picture(MARGIN + 10) == 10
    assert second.to_picture(MARGIN) == pytest.approx(0.5)  # the middle of two pixels


def test_light_and_contrast_are_evened_out() -> None:
    rng = np.random.default_rng(0)
    texture = rng.normal(0, 1, (120, 240))
    light = np.linspace(60, 200, 240)
    picture = np.clip(light + texture * np.linspace(3, 25, 240), 0, 255).astype(np.uint8)
    even = evened(picture).astype(float)
    left, right = even[30:90, 30:90], even[30:90, 150:210]
    assert left.mean() == pytest.approx(right.mean(), abs=4)
    assert right.std() / left.std() < 2.2  # 4 in the picture


def test_blank_paper_is_grey_all_over() -> None:
    assert (evened(np.full((60, 60), 230, np.uint8)) == 128).all()
