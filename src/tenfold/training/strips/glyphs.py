"""The hand that writes one string, and its digits: of a bank, drawn by a pen, or printed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from tenfold.training.strips.glyph_bank import GlyphBank
from tenfold.training.strips.pen import Ink, Points, curve, draw, strokes_of, unsteady, vary_figure
from tenfold.training.strips.shapes import DIGITS, OTHERS, Figure

CHOICES = 8  # rows of a digit among which the one nearest to the hand's thickness is taken
FONTS = (0, 2, 3, 4, 6)  # Hershey's fonts in cv2
MARGIN = 3
CORNERS = 0.045  # spread of a figure's corners from hand to hand, in heights
ELASTIC = 0.035  # spread of a bank's digits at the corners of a grid, in heights

Figures = Sequence[Mapping[int, Sequence[Figure]]]  # sets of them, each by digit


@dataclass
class Handwriting:
    """How one string is written: all that its digits have in common. Lengths in pixels."""

    bank: GlyphBank | None  # None: digits are drawn by a pen, or printed
    writer: int
    height: float
    slant: float
    thickness: float  # of the pen
    gap: float  # mean distance between digits, in heights
    gap_spread: float
    size_spread: float
    drop_spread: float  # of the base line, in heights
    zero_size: float  # noughts in runs are often smaller
    zero_gap: float  # and nearer: added to the gap between two of them, in heights
    zero_width: float  # and wider: beside what the hand's other digits are
    descents: dict[int, float]  # how far a digit's foot reaches below the base line, in heights
    figures: dict[int, Figure]
    wobble: float
    stretch: float  # width for each height
    font: int | None
    font_thickness: int


def random_handwriting(
    banks: list[GlyphBank],
    rng: np.random.Generator,
    height: float,
    figures: Figures = (DIGITS,),
) -> Handwriting:
    """A random handwriting with digits of some `height`, in pixels: of one of the banks, or drawn
    by one of the sets of `figures`."""
    drawn = figures[int(rng.integers(len(figures)))]
    kind = rng.random()
    bank: GlyphBank | None = None
    font = None
    if kind < 0.36:
        bank = banks[0]
    elif kind < 0.64 and len(banks) > 1:
        bank = banks[1 + int(rng.integers(len(banks) - 1))]
    elif kind > 0.965:
        font = int(rng.choice(FONTS))
    thickness = height * float(np.exp(rng.normal(np.log(0.085), 0.42)))
    touching = rng.random()
    if touching < 0.35:
        gap, spread = rng.uniform(-0.10, 0.06), rng.uniform(0.02, 0.1)
    elif touching < 0.85:
        gap, spread = rng.uniform(0.05, 0.3), rng.uniform(0.03, 0.12)
    else:
        gap, spread = rng.uniform(0.3, 1.3), rng.uniform(0.05, 0.3)
    return Handwriting(
        bank,
        -1 if bank is None else int(rng.choice(bank.everybody)),
        height,
        _random_slant(rng),
        float(np.clip(thickness, 1.2, 0.28 * height)),
        float(gap),
        float(spread),
        float(rng.uniform(0.02, 0.14)),
        float(rng.uniform(0.0, 0.08)),
        float(rng.choice([1.0, rng.uniform(0.5, 1.0)])),
        -float(rng.uniform(0, 0.3)) if rng.random() < 0.35 else 0.0,
        float(rng.uniform(1.0, 1.8)) if rng.random() < 0.35 else 1.0,
        _random_descents(rng),
        {
            digit: vary_figure(shapes[int(rng.integers(len(shapes)))], rng, CORNERS)
            for digit, shapes in drawn.items()
        },
        float(rng.uniform(0.01, 0.06)),
        float(np.exp(rng.normal(-0.05, 0.18))),
        font,
        int(rng.integers(1, 4)),
    )


def _random_slant(rng: np.random.Generator) -> float:
    """Shift in x for each pixel down: most hands lean to the right, some of them far."""
    if rng.random() < 0.15:
        return float(rng.uniform(-0.95, -0.45))
    return float(np.clip(rng.normal(-0.22, 0.25), -0.85, 0.3))


def _random_descents(rng: np.random.Generator) -> dict[int, float]:
    """Many hands let some of 1, 4, 7 and 9 end below the line, and 6 begin above it."""
    if rng.random() < 0.5:
        return {}
    return {digit: float(rng.uniform(0, 0.35)) for digit in (1, 4, 7, 9) if rng.random() < 0.6}


def digit_ink(
    digit: int, hand: Handwriting, rng: np.random.Generator, size: float = 1.0, width: float = 1.0
) -> Ink:
    """One digit as the hand writes it, at a share of its height and of its width: float32 [h, w]
    in 0..1, cropped to its ink."""
    height = hand.height * size * float(np.exp(rng.normal(0, hand.size_spread)))
    if hand.font is not None:
        return _printed(str(digit), hand, height)
    if hand.bank is None:
        return figure_ink(hand.figures[digit], hand, rng, height, 0.62 * hand.stretch * width)
    return _from_bank(digit, hand, rng, height, width)


def figure_ink(
    figure: Figure, hand: Handwriting, rng: np.random.Generator, height: float, aspect: float
) -> Ink:
    """A figure drawn by the hand's pen, `height` pixels high and `aspect` times as wide."""
    strokes = [curve(s) for s in unsteady(strokes_of(figure), rng, hand.wobble)]
    width = height * aspect * float(np.exp(rng.normal(0, 0.08)))
    placed: list[Points] = []
    for stroke in strokes:
        x = stroke[:, 0] * width + (stroke[:, 1] - 0.5) * height * hand.slant
        placed.append(np.stack([x, stroke[:, 1] * height], 1).astype(np.float32))
    corner = np.min([stroke.min(0) for stroke in placed], axis=0)
    far = np.max([stroke.max(0) for stroke in placed], axis=0)
    edge = hand.thickness / 2 + MARGIN
    size = np.ceil(far - corner + 2 * edge).astype(int)
    ink = np.zeros((int(size[1]), int(size[0])), np.float32)
    draw(ink, [stroke - corner + np.float32(edge) for stroke in placed], hand.thickness)
    return cropped(ink)


def other_ink(hand: Handwriting, rng: np.random.Generator) -> Ink:
    """A letter or sign that is no digit."""
    figure = OTHERS[int(rng.integers(len(OTHERS)))]
    height = hand.height * rng.uniform(0.55, 1.05)
    return figure_ink(figure, hand, rng, height, rng.uniform(0.5, 0.95))


def _printed(text: str, hand: Handwriting, height: float) -> Ink:
    assert hand.font is not None
    scale = cv2.getFontScaleFromHeight(hand.font, max(4, round(height)), hand.font_thickness)
    (width, tall), base = cv2.getTextSize(text, hand.font, scale, hand.font_thickness)
    ink = np.zeros((tall + base + 8, width + 8), np.uint8)
    place = (4, tall + 4)
    cv2.putText(ink, text, place, hand.font, scale, 255, hand.font_thickness, cv2.LINE_AA)
    return cropped(ink.astype(np.float32) / np.float32(255))


def _from_bank(
    digit: int, hand: Handwriting, rng: np.random.Generator, height: float, width: float
) -> Ink:
    bank = hand.bank
    assert bank is not None
    rows = bank.rows_of(hand.writer, digit)
    chosen = rows[rng.integers(len(rows), size=CHOICES)]
    wanted = hand.thickness / hand.height
    row = int(chosen[np.abs(bank.thicknesses[chosen] - wanted).argmin()])
    left, top, right, bottom = bank.boxes[row].tolist()
    box_height, box_width = bottom - top, right - left
    scale = height / max(box_height, 0.8 * box_width)
    wide = scale * hand.stretch**0.5 * width
    shear = 0.8 * (hand.slant - float(bank.slants[row]))
    pad = 2
    w = int(box_width * wide + abs(shear) * box_height * scale + 2 * pad + 4)
    h = int(box_height * scale + 2 * pad + 2)
    middle_x, middle_y = (left + right - 1) / 2, (top + bottom - 1) / 2
    matrix = np.array(
        [
            [wide, shear * scale, (w - 1) / 2 - wide * middle_x - shear * scale * middle_y],
            [0, scale, (h - 1) / 2 - scale * middle_y],
        ],
        np.float64,
    )
    grey = cv2.warpAffine(bank.images[row], matrix, (w, h), flags=cv2.INTER_CUBIC)
    if len(rows) == 1:  # of a typeface: what repeats is written anew
        grey = _elastic(grey, rng, 1.4 * ELASTIC * height)
    elif rng.random() < 0.6:
        grey = _elastic(grey, rng, ELASTIC * height)
    thickness = float(bank.thicknesses[row]) * height
    return cropped(_thickened(grey.astype(np.float32) / 255, hand.thickness - thickness))


def _elastic(
    grey: npt.NDArray[np.uint8], rng: np.random.Generator, amount: float
) -> npt.NDArray[np.uint8]:
    """A digit on rubber whose 4 x 4 grid points are moved by `amount` pixels."""
    h, w = grey.shape
    moved = rng.normal(0, amount, (4, 4, 2)).astype(np.float32)
    field = cv2.resize(moved, (w, h), interpolation=cv2.INTER_CUBIC)
    x = field[:, :, 0] + np.arange(w, dtype=np.float32)
    y = field[:, :, 1] + np.arange(h, dtype=np.float32)[:, None]
    return cv2.remap(grey, x, y, cv2.INTER_LINEAR).astype(np.uint8)


def _thickened(grey: Ink, change: float) -> Ink:
    """Ink whose strokes are `change` pixels wider or narrower, by another threshold of a blur. The
    strongest of the ink stays as strong as it was: no stroke is thinned away."""
    change = float(np.clip(change, -1.5, 6.0))
    if change > 1.5:
        size = 2 * int(change / 2) + 1
        disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
        grey = cv2.dilate(grey, disc)
        change -= size - 1
    soft = cv2.GaussianBlur(grey, (0, 0), 0.7)
    strength = float(np.percentile(soft[soft > 0.3], 60)) if (soft > 0.3).any() else 1.0
    threshold = min(float(np.clip(0.45 - 0.15 * change, 0.22, 0.58)), 0.7 * strength)
    return np.clip((soft - threshold) * 3.0 + 0.5, 0, 1)


def cropped(ink: Ink) -> Ink:
    """The ink without its empty margin."""
    seen = ink > 0.15
    rows, columns = np.flatnonzero(seen.any(1)), np.flatnonzero(seen.any(0))
    if not len(rows):
        return ink
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
