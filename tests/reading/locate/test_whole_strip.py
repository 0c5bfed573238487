"""A picture of one row as one strip."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("cv2", reason="the photo extra is not installed")

from tenfold.framing.strip import BEYOND, STRIP_HEIGHT, STRIP_WIDTH_MAX, STRIP_WIDTH_STEP
from tenfold.reading.locate.whole_strip import BESIDE, whole_strip


def picture(height: int = 64, width: int = 300) -> np.ndarray:
    grey = np.full((height, width), 220, np.uint8)
    grey[height // 4 : -height // 4, width // 2 : width // 2 + 8] = 20
    return grey


def test_the_height_becomes_that_of_a_strip_and_ink_is_bright() -> None:
    (strip,) = whole_strip(picture(), ink_is_dark=True).strips
    height, width = strip.pixels.shape
    assert height == STRIP_HEIGHT
    assert width % STRIP_WIDTH_STEP == 0
    assert width == pytest.approx(150 + 2 * BESIDE, abs=STRIP_WIDTH_STEP)
    assert strip.pixels[16, width // 2 - 2 : width // 2 + 6].max() == 255
    assert strip.pixels[0].max() == BEYOND + 1
    assert (strip.pixels[:, :BESIDE] == BEYOND).all()


def test_places_lead_back_to_the_picture() -> None:
    (strip,) = whole_strip(picture(), ink_is_dark=True).strips
    left, top, right, bottom = strip.box_in_picture(
        BESIDE, 0, strip.pixels.shape[1] - BESIDE, STRIP_HEIGHT
    )
    assert (left, top, bottom) == (0, 0, 64)
    assert right == pytest.approx(300, abs=1)


def test_a_very_long_row_is_squeezed_into_the_widest_strip() -> None:
    (strip,) = whole_strip(picture(40, 9000), ink_is_dark=True).strips
    assert strip.pixels.shape[1] <= STRIP_WIDTH_MAX
