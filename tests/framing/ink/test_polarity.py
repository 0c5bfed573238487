"""Dark or bright ink."""

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


def test_polarity_is_found() -> None:
    picture = page()
    inverted = Image.fromarray(255 - np.asarray(picture))
    assert "inverted" in found(picture).notes
    assert "inverted" not in found(inverted).notes
    assert overlap(found(inverted)) > 0.9


def test_the_gap_between_thick_strokes_in_uneven_light_is_no_bright_ink() -> None:
    levels = np.full((260, 260), 200, np.float32)
    levels[70:190, 80:180] = 40
    levels[70:150, 120:140] = 200
    levels *= np.linspace(0.8, 1.1, 260)
    levels[:, 220:] *= 0.6
    levels += np.random.default_rng(0).normal(0, 2, levels.shape)
    ink = found(Image.fromarray(levels.clip(0, 255).astype(np.uint8)))
    assert "inverted" in ink.notes
    assert ink.mask[130, 100]
    assert not ink.mask[130, 130]
