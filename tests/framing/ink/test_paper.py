"""The colour and the light of the paper."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

pytest.importorskip("cv2", reason="the photo extra is not installed")

from ink_pages import found, overlap, page


def test_tinted_paper_is_paper() -> None:
    assert overlap(found(page(paper=(180, 190, 90)))) > 0.85


def test_a_shadow_is_no_ink() -> None:
    levels = np.asarray(page()).astype(np.float32)
    shade = np.ones((300, 400), np.float32)
    shade[:, 200:] = 0.6
    shadow = Image.fromarray((255 * shade).astype(np.uint8)).filter(ImageFilter.GaussianBlur(8))
    shaded = levels * (np.asarray(shadow)[..., None] / 255)
    assert overlap(found(Image.fromarray(shaded.astype(np.uint8)))) > 0.8


def test_a_small_digit_beside_a_large_shadow_is_the_ink() -> None:
    picture = Image.new("L", (1000, 900), 225)
    ImageDraw.Draw(picture).ellipse((590, 470, 625, 525), outline=60, width=6)
    shadow = Image.new("L", (1000, 900), 255)
    ImageDraw.Draw(shadow).polygon([(500, 430), (1000, 900), (0, 900)], fill=150)
    shade = np.asarray(shadow.filter(ImageFilter.GaussianBlur(24))) / 255
    levels = np.asarray(picture) * shade * np.linspace(1, 0.85, 1000)
    levels += np.random.default_rng(0).normal(0, 2, levels.shape)
    ink = found(Image.fromarray(levels.clip(0, 255).astype(np.uint8)))
    assert ink.mask[490:505, 590:598].any()
    assert ink.mask.mean() < 0.002


def test_light_that_falls_off_is_no_ink() -> None:
    levels = np.asarray(page()).astype(np.float32)
    y, x = np.mgrid[-1:1:300j, -1:1:400j]
    falling = levels * (1 - 0.35 * (x * x + y * y) / 2)[..., None]
    assert overlap(found(Image.fromarray(falling.astype(np.uint8)))) > 0.85
