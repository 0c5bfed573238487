"""The levels of a strip."""

from __future__ import annotations

import numpy as np
import pytest

from tenfold.framing.strip import BEYOND, STRIP_HEIGHT, strip_of


def row(ground: int, ink: int, width: int = 64) -> np.ndarray:
    grey = np.full((STRIP_HEIGHT, width), ground, np.uint8)
    grey[8:24, 20:30] = ink
    return grey


def test_ink_is_stretched_to_bright_on_a_dark_ground() -> None:
    strip = strip_of(row(200, 60), ink_is_dark=True)
    assert strip.dtype == np.uint8
    assert strip[0, 0] == BEYOND + 1
    assert strip[16, 25] == 255
    np.testing.assert_array_equal(strip, strip_of(row(55, 195), ink_is_dark=False))


def test_what_lies_beyond_the_picture_has_a_level_of_its_own() -> None:
    beyond = np.zeros((STRIP_HEIGHT, 64), bool)
    beyond[:, 50:] = True
    strip = strip_of(row(200, 60), ink_is_dark=True, beyond=beyond)
    np.testing.assert_array_equal(strip == BEYOND, beyond)


def test_faint_ink_stays_faint() -> None:
    assert strip_of(row(100, 106), ink_is_dark=False).max() == round(6 * 255 / 24)


@pytest.mark.parametrize("shape", [(31, 64), (32, 15), (32, 2052)])
def test_a_row_of_another_size_is_no_strip(shape: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="no strip"):
        strip_of(np.zeros(shape, np.uint8), ink_is_dark=True)
