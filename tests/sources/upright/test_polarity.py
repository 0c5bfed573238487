from __future__ import annotations

import numpy as np
import pytest

from conftest import drawn_digits
from tenfold.sources.upright.polarity import are_inverted

IMAGES = drawn_digits(100).images


def test_bright_ink_is_not_inverted_and_dark_ink_is() -> None:
    assert not are_inverted([IMAGES])
    assert are_inverted([255 - IMAGES])


def test_some_dark_images_are_not_a_dark_file() -> None:
    images = IMAGES.copy()
    images[::2] = 255 - images[::2]
    assert not are_inverted([images])


@pytest.mark.parametrize("level", [0, 255])
def test_blank_images_are_not_inverted(level: int) -> None:
    assert not are_inverted([np.full((20, 28, 28), level, np.uint8)])
    assert not are_inverted([np.zeros((0, 28, 28), np.uint8)])
