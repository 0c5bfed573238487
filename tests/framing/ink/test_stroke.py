"""The width of strokes."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw

pytest.importorskip("cv2", reason="the photo extra is not installed")

from ink_pages import found, page
from tenfold.framing.ink import stroke_width
from tenfold.framing.ink.stroke import THICK, THIN, WORK, normalise_stroke


def test_the_width_of_a_stroke_is_measured() -> None:
    for width in (6, 12, 20):
        bar = np.zeros((200, 100), np.uint8)
        bar[20:180, 40 : 40 + width] = 255
        assert stroke_width(bar) == pytest.approx(width, rel=0.25)


@pytest.mark.parametrize("width", [1, 3, 60])
def test_strokes_far_from_mnist_are_brought_near(width: int) -> None:
    picture = Image.new("L", (200, 200), 0)
    ImageDraw.Draw(picture).ellipse((10, 10, 190, 190), outline=255, width=width)
    stroke, factor = normalise_stroke(np.asarray(picture))
    assert (factor > 1) == (width < 20)
    assert 0.9 * THIN < stroke_width(stroke) / WORK < 1.1 * THICK


def test_a_stroke_like_mnist_is_left_as_it_is() -> None:
    picture = Image.new("L", (200, 200), 0)
    ImageDraw.Draw(picture).ellipse((10, 10, 190, 190), outline=255, width=26)
    assert normalise_stroke(np.asarray(picture))[1] == 1.0


def test_grey_is_kept() -> None:
    assert len(np.unique(found(page()).levels)) > 20
