"""A bank of a few digits, drawn here: each digit as a block of its own height and width."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("cv2", reason="strips are composed with OpenCV")

from tenfold.training.strips.glyph_bank import GlyphBank, glyph_bank


@pytest.fixture(scope="session")
def bank() -> GlyphBank:
    images = np.zeros((20, 28, 28), np.uint8)
    for row, image in enumerate(images):
        digit = row % 10
        image[4:24, 8 : 12 + digit] = 255
    return glyph_bank(images, np.arange(20) % 10)
