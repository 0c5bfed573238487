"""Tiles of characters, cut from the picture around a strip."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw

pytest.importorskip("cv2", reason="the photo extra is not installed")

from tenfold.classifier import Classifier
from tenfold.framing.picture import Picture
from tenfold.framing.strip import STRIP_DIGIT_HEIGHT
from tenfold.reading.locate.found_strips import FoundStrip
from tenfold.reading.locate.whole_strip import whole_strip
from tenfold.reading.strings.character_tiles import ink_around, tile_of_character


def page(ink: int = 30) -> np.ndarray:
    """`253` on paper with a shadow, 96 x 288 pixels: a strip's height three times."""
    picture = Image.new("L", (288, 96), 220)
    for i, text in enumerate("253"):
        ImageDraw.Draw(picture).text((20 + 84 * i, 4), text, ink, font_size=84)
    shadow = np.linspace(1, 0.8, 288)[None]
    return (np.asarray(picture) * shadow).astype(np.uint8)


def digits_read(strip: FoundStrip, picture: np.ndarray, boxes: list) -> list[int]:
    height, width = picture.shape[:2]
    around = ink_around(Picture(picture, width, height), strip, boxes)
    tiles = [tile_of_character(around, strip, box)[0] for box in boxes]
    return Classifier.load("pictures").predict(np.stack(tiles)).tolist()


def boxes_in(strip: FoundStrip) -> list[tuple[float, float, float, float]]:
    """The boxes of the three digits in strip pixels, from where the ink is."""
    columns = np.flatnonzero((strip.pixels > 128).any(axis=0))
    parts = np.split(columns, np.flatnonzero(np.diff(columns) > 3) + 1)
    return [(float(part[0]), 5.0, float(part[-1] + 1), 30.0) for part in parts]


def test_each_digit_has_its_tile() -> None:
    picture = page()
    (strip,) = whole_strip(picture, ink_is_dark=True).strips
    boxes = boxes_in(strip)
    assert len(boxes) == 3
    assert digits_read(strip, picture, boxes) == [2, 5, 3]


def test_where_the_picture_shows_no_ink_the_strip_gives_the_tile() -> None:
    picture = page()
    (strip,) = whole_strip(picture, ink_is_dark=True).strips
    blank = np.full_like(picture, 200)
    assert digits_read(strip, blank, boxes_in(strip)) == [2, 5, 3]
    assert strip.digit_height == pytest.approx(3 * STRIP_DIGIT_HEIGHT)


def test_digits_in_the_shadow_have_tiles_of_their_own_ground() -> None:
    picture = page()
    picture[:, 100:] = picture[:, 100:] // 2  # the edge of a shadow, behind the first digit
    (strip,) = whole_strip(picture, ink_is_dark=True).strips
    (bright,) = whole_strip(page(), ink_is_dark=True).strips
    blank = np.full_like(picture, 200)
    assert digits_read(strip, blank, boxes_in(bright)) == [2, 5, 3]
