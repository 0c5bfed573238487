"""The mask of the ink."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

pytest.importorskip("cv2", reason="the photo extra is not installed")

from tenfold.framing import picture_of_image
from tenfold.framing.ink import Ink, ink_of

INK = (60, 60, 160)


def page(
    *, paper: tuple[int, ...] = (230, 225, 215), ink: tuple[int, ...] = INK, width: int = 6
) -> Image.Image:
    """A ring and a bar on paper with some noise: 400 x 300."""
    picture = Image.new("RGB", (400, 300), paper)
    draw = ImageDraw.Draw(picture)
    draw.ellipse((90, 90, 170, 210), outline=ink, width=width)
    draw.line((260, 90, 260, 210), fill=ink, width=width)
    picture = picture.filter(ImageFilter.GaussianBlur(0.7))
    noise = np.random.default_rng(0).normal(0, 2, (300, 400, 3))
    return Image.fromarray(np.clip(np.asarray(picture) + noise, 0, 255).astype(np.uint8))


DRAWN = ink_of(picture_of_image(page())).mask


def found(picture: Image.Image) -> Ink:
    return ink_of(picture_of_image(picture))


def overlap(ink: Ink) -> float:
    """Intersection over union with what was drawn."""
    return float((ink.mask & DRAWN).sum() / (ink.mask | DRAWN).sum())


def test_the_mask_is_the_drawing() -> None:
    assert DRAWN[150, 260]
    assert DRAWN[150, 92]
    assert not DRAWN[150, 130]
    assert 0.01 < DRAWN.mean() < 0.05


@pytest.mark.parametrize("ink", [(170, 170, 165), (70, 90, 220), (30, 150, 60), (200, 40, 40)])
def test_faint_and_coloured_ink_is_kept(ink: tuple[int, ...]) -> None:
    assert overlap(found(page(ink=ink))) > 0.8
