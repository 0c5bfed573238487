"""Ruled and squared paper."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw

pytest.importorskip("cv2", reason="the photo extra is not installed")

from ink_pages import found, overlap, page
from tenfold.framing.ink.ruling import without_ruling


@pytest.mark.parametrize("down", [False, True], ids=["ruled", "squared"])
@pytest.mark.parametrize("slope", [0, 12])
def test_ruling_is_taken_off_and_strokes_are_joined_again(down: bool, slope: int) -> None:
    picture = page()
    draw = ImageDraw.Draw(picture)
    for y in range(30, 300, 48):
        draw.line((0, y - slope, 400, y + slope), fill=(150, 170, 200), width=2)
    for x in range(30, 400, 48) if down else ():
        draw.line((x + slope, 0, x - slope, 300), fill=(150, 170, 200), width=2)
    ink = found(picture)
    assert "ruling removed" in ink.notes
    assert overlap(ink) > 0.75


@pytest.mark.parametrize(("side", "step", "width"), [(400, 20, 4), (300, 15, 2), (90, 20, 2)])
def test_bold_strokes_on_squared_paper_are_kept(side: int, step: int, width: int) -> None:
    picture, place = Image.new("L", (side, side), 235), np.array([0.4, 0.3, 0.6, 0.3]) * side
    draw = ImageDraw.Draw(picture)
    for at in range(step // 2, side, step):
        draw.line((at, 0, at, side), fill=170, width=width)
        draw.line((0, at, side, at), fill=170, width=width)
    draw.line((*place, 0.45 * side, 0.75 * side), fill=40, width=side // 20)
    levels = np.asarray(picture) * np.linspace(1, 0.9, side)
    levels += np.random.default_rng(0).normal(0, 2, levels.shape)
    ink = found(Image.fromarray(levels.clip(0, 255).astype(np.uint8)))
    assert "ruling removed" in ink.notes
    assert ink.mask[int(0.3 * side), int(0.45 * side) : int(0.55 * side)].mean() > 0.9
    assert 0.02 < ink.mask.mean() < 0.05


def test_nothing_is_left_of_a_line_that_shadows_dim() -> None:
    levels = np.zeros((400, 400), np.float32)
    levels[20:400:48] = np.repeat([20, 9, 20, 9], [140, 100, 100, 60])
    rest, ruled = without_ruling(levels, noise=1.0)
    assert ruled
    assert rest.max() == 0


def test_a_long_stroke_is_no_ruling() -> None:
    picture = Image.new("L", (200, 300), 240)
    ImageDraw.Draw(picture).line((100, 0, 100, 300), fill=30, width=6)
    ImageDraw.Draw(picture).ellipse((40, 40, 100, 140), outline=30, width=6)
    ink = found(picture)
    assert "ruling removed" not in ink.notes
    assert ink.mask[200, 100]
