"""Handwriting on a page: numbers and words."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from tenfold.training.pages.marks import mark_ink, number_text
from tenfold.training.pages.sheet import Random, Sheet, lay, mark_band
from tenfold.training.strips.glyph_bank import GlyphBank
from tenfold.training.strips.glyphs import Handwriting, digit_ink, other_ink, random_handwriting

APART = 1.0  # of a digit's height: a wider gap parts two bands


@dataclass
class Pen:
    """Whose hand writes, how dark, and in which direction a row rises."""

    hand: Handwriting
    level: float
    cover: float
    bright: bool
    rise: float  # of the row, for each pixel to the right
    boxes: list[tuple[float, float, float, float]] = field(default_factory=list)


def random_pen(
    rng: Random, banks: list[GlyphBank], sheet: Sheet, height: float, bright: bool
) -> Pen:
    """A pen whose ink is seen on the page."""
    paper = float(np.median(sheet.levels[::8, ::8]))
    most = 255 - paper if bright else paper
    contrast = min(most, float(np.exp(rng.uniform(np.log(22), np.log(230)))))
    hand = random_handwriting(banks, rng, height)
    return Pen(
        hand,
        paper + contrast if bright else paper - contrast,
        float(rng.uniform(0.75, 1)),
        bright,
        float(rng.normal(0, 0.03)),
    )


def write_number(
    rng: Random, sheet: Sheet, pen: Pen, x: float, y: float, text: str | None = None
) -> float:
    """Write a number whose middle line begins at (x, y); return where it ends. Nothing that would
    leave the page is written."""
    text = number_text(rng) if text is None else text
    start, height = x, pen.hand.height
    began: float | None = None
    for at, character in enumerate(text):
        middle = y + pen.rise * (x - start)
        if character.isdigit():
            ink, drop = digit_ink(int(character), pen.hand, rng), 0.0
        else:
            ink, drop = mark_ink(character, pen.hand, rng, height)
        if x + ink.shape[1] > sheet.shape[1] - 2 and at:
            break
        drop += rng.normal(0, pen.hand.drop_spread) * height
        top = middle + drop - ink.shape[0] / 2
        lay(sheet.levels, ink, x, top, pen.level, pen.cover)
        pen.boxes.append((x, top, x + ink.shape[1], top + ink.shape[0]))
        began = x if began is None else began
        end = x + ink.shape[1]
        gap = rng.normal(pen.hand.gap, pen.hand.gap_spread) * height
        if gap > APART * height or at == len(text) - 1:
            _mark(sheet, pen, (start, y), began, end)
            began = None
        x = end + max(-0.15 * height, gap)
    if began is not None:
        _mark(sheet, pen, (start, y), began, end)
    return x


def _mark(sheet: Sheet, pen: Pen, origin: tuple[float, float], began: float, end: float) -> None:
    def middle(x: float) -> float:
        return origin[1] + pen.rise * (x - origin[0])

    height = pen.hand.height
    mark_band(sheet, (began, middle(began)), (end, middle(end)), height, bright=pen.bright)


def write_word(rng: Random, sheet: Sheet, pen: Pen, x: float, y: float, length: int) -> float:
    """Write letters and other signs that are no digits; return where they end."""
    hand = replace(pen.hand, gap=min(pen.hand.gap, 0.25))
    start, height = x, hand.height
    for _ in range(length):
        ink = other_ink(hand, rng)
        if x + ink.shape[1] > sheet.shape[1] - 2:
            break
        top = y + 0.45 * height - ink.shape[0] + rng.normal(0, hand.drop_spread) * height
        lay(sheet.levels, ink, x, top, pen.level, pen.cover)
        x += ink.shape[1] + rng.normal(hand.gap, hand.gap_spread) * height
    if x > start:
        ends = (start, y), (x, y)
        mark_band(sheet, *ends, height, digits=False, bright=pen.bright)
    return x
