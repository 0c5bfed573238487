"""From ink to a tile."""

from __future__ import annotations

from importlib.util import find_spec

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image, ImageDraw

from conftest import paint
from tenfold.framing import frame_ink, is_framed, picture_of_array, tile_of

needs_photo = pytest.mark.skipif(
    find_spec("cv2") is None, reason="the photo extra is not installed"
)

grey_pictures = arrays.arrays(
    np.uint8, arrays.array_shapes(min_dims=2, max_dims=2, max_side=60), elements=st.integers(0, 255)
)


def tile(picture: np.ndarray) -> np.ndarray:
    return tile_of(picture_of_array(picture))


def ink_box(tile: np.ndarray) -> tuple[int, int]:
    rows, columns = np.flatnonzero(tile.any(axis=1)), np.flatnonzero(tile.any(axis=0))
    return int(np.ptp(rows)) + 1, int(np.ptp(columns)) + 1


def test_the_longer_side_of_the_ink_becomes_twenty() -> None:
    ink = np.zeros((100, 300), np.uint8)
    ink[10:50, 20:40] = 255  # 40 high, 20 wide
    assert ink_box(frame_ink(ink)) == (20, 10)


def test_the_centre_of_mass_comes_to_the_centre() -> None:
    ink = np.zeros((100, 100), np.uint8)
    ink[5:25, 60:64] = 255
    ink[25:65, 60:90] = 255
    mass = frame_ink(ink).astype(float)
    centre = (mass.sum(axis=1) @ np.arange(28), mass.sum(axis=0) @ np.arange(28)) / mass.sum()
    assert np.abs(centre - 13.5).max() <= 0.5


def test_a_single_dot_and_a_hairline_are_framed_too() -> None:
    for shape in ((1, 1), (1, 500), (500, 1)):
        assert frame_ink(np.full(shape, 255, np.uint8)).max() > 0


@needs_photo
def test_no_ink_gives_an_empty_tile() -> None:
    assert not frame_ink(np.zeros((50, 50), np.uint8)).any()
    assert not tile_of(picture_of_array(np.full((50, 50), 200, np.uint8))).any()


@needs_photo
@settings(max_examples=50, deadline=None)
@given(grey_pictures)
def test_any_picture_gives_a_tile(picture: np.ndarray) -> None:
    assert tile(picture).shape == (28, 28)
    assert tile(picture).dtype == np.uint8


@needs_photo
def test_both_polarities_give_the_same_tile() -> None:
    dark = np.asarray(paint("7"))
    np.testing.assert_array_equal(tile(dark), tile(255 - dark))


def test_a_tile_drawn_with_a_pen_of_one_pixel_is_not_framed() -> None:
    drawing = Image.new("L", (28, 28))
    ImageDraw.Draw(drawing).ellipse((5, 5, 22, 22), outline=255, width=1)
    thick = drawing.copy()
    ImageDraw.Draw(thick).ellipse((5, 5, 22, 22), outline=255, width=2)
    assert not is_framed(np.asarray(drawing))
    assert is_framed(np.asarray(thick))


@needs_photo
def test_what_was_framed_is_framed_and_stays_as_it_is() -> None:
    framed = tile(np.asarray(paint("7")))
    assert is_framed(framed)
    np.testing.assert_array_equal(tile(framed), framed)


@needs_photo
@pytest.mark.parametrize("text", list("0123456789"))
def test_real_tiles_count_as_framed_and_shifted_ones_do_not(text: str) -> None:
    framed = tile(np.asarray(paint(text)))
    assert is_framed(framed)
    assert not is_framed(np.roll(framed, 4, axis=1))
    assert not is_framed(255 - framed)
