"""Paper and ink apart, on papers made here. Needs the photo extra."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

pytest.importorskip("cv2", reason="the photo extra is not installed")

from tenfold.framing import picture_of_image
from tenfold.framing.ink import Ink, ink_of, stroke_width
from tenfold.framing.ink.ruling import without_ruling
from tenfold.framing.ink.stroke import THICK, THIN, WORK, normalise_stroke

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


@pytest.mark.parametrize("ink", [(170, 170, 165), (70, 90, 220), (30, 150, 60), (200, 40, 40)])
def test_faint_and_coloured_ink_is_kept(ink: tuple[int, ...]) -> None:
    assert overlap(found(page(ink=ink))) > 0.8


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


def test_paper_alone_has_no_ink() -> None:
    noise = np.random.default_rng(1).normal(220, 4, (200, 300))
    assert not found(Image.fromarray(noise.astype(np.uint8))).mask.any()


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


@pytest.mark.parametrize("table", [(60, 40, 25), (40, 42, 48)], ids=["wood", "slate"])
@pytest.mark.parametrize("sides", [(40, 30, 50, 60), (0, 0, 60, 40)], ids=["around", "beside"])
def test_what_a_sheet_lies_on_is_no_ink(
    table: tuple[int, ...], sides: tuple[int, int, int, int]
) -> None:
    left, top, right, bottom = sides
    whole = np.full((300 + top + bottom, 400 + left + right, 3), table, np.float32)
    whole += np.random.default_rng(0).normal(0, 6, whole.shape)
    whole[top : top + 300, left : left + 400] = page()
    ink = found(Image.fromarray(np.clip(whole, 0, 255).astype(np.uint8)))
    assert ink.notes == ("surroundings removed", "inverted")
    assert ink.mask.shape == whole.shape[:2]
    mask = ink.mask[top : top + 300, left : left + 400]
    assert mask.sum() == ink.mask.sum()
    assert (mask & DRAWN).sum() / (mask | DRAWN).sum() > 0.8


def test_half_in_shadow_is_one_sheet() -> None:
    levels = np.asarray(page()).astype(np.float32)
    levels[:, 210:] *= 0.62
    assert "surroundings removed" not in found(Image.fromarray(levels.astype(np.uint8))).notes
