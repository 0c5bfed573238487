"""Digits to write with."""

import numpy as np
import pytest

pytest.importorskip("cv2")
pytest.importorskip("matplotlib")

import cv2

from tenfold.training.strips.glyph_bank import glyph_bank


@pytest.fixture(scope="session")
def banks():
    """Digits whose shapes do not matter: upright bars and rings."""
    images = np.zeros((200, 28, 28), np.uint8)
    for at, image in enumerate(images):
        cv2.ellipse(image, (14, 14), (2 + at % 6, 9), 0, 0, 360, 255, 2)
    return [glyph_bank(images, np.arange(200) % 10)]
