"""A page with a ring and a bar, and the ink that is found on it. Needs the photo extra."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

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
