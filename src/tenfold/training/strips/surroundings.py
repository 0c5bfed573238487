"""What is written around a number: the rows above and below, and what stood beside it."""

from __future__ import annotations

import numpy as np

from tenfold.training.strips.glyph_bank import GlyphBank
from tenfold.training.strips.glyphs import Handwriting, digit_ink, other_ink
from tenfold.training.strips.pen import Ink
from tenfold.training.strips.texts import random_text
from tenfold.training.strips.writing import Written, written


def neighbours(
    shape: tuple[int, int],
    hand: Handwriting,
    rng: np.random.Generator,
    banks: list[GlyphBank],
    base: float,
) -> Ink:
    """The rows above and below, of which a strip shows no more than an edge."""
    ink = np.zeros(shape, np.float32)
    for direction in (-1, 1):
        if rng.random() < 0.6:
            row = written(random_text(rng), hand, rng, shape[0]).ink
            apart = int(direction * hand.height * rng.uniform(1.3, 1.8))
            x = int(rng.integers(-30, 30))
            shifted = np.roll(row, apart, axis=0)
            shifted[: max(0, apart)] = 0
            shifted[shape[0] + min(0, apart) :] = 0
            width = min(shape[1] - max(0, x), row.shape[1] - max(0, -x))
            if width > 0:
                part = shifted[:, max(0, -x) : max(0, -x) + width]
                target = ink[:, max(0, x) : max(0, x) + width]
                np.maximum(target, part, out=target)
    return ink


def cut_off(
    shape: tuple[int, int], hand: Handwriting, rng: np.random.Generator, lines: Written
) -> Ink:
    """Thin remains of what stood beside the writing, at the strip's ends."""
    ink = np.zeros(shape, np.float32)
    glyph = (
        other_ink(hand, rng) if rng.random() < 0.5 else digit_ink(int(rng.integers(10)), hand, rng)
    )
    shown = min(glyph.shape[1], max(2, int(hand.height * rng.uniform(0.04, 0.14))), shape[1])
    top = int(lines.base - glyph.shape[0] + rng.normal(0, 0.1) * hand.height)
    first, last = max(0, top), min(shape[0], top + glyph.shape[0])
    part = glyph[first - top : last - top]
    if rng.random() < 0.5:
        ink[first:last, :shown] = part[:, -shown:]
    else:
        ink[first:last, shape[1] - shown :] = part[:, :shown]
    return ink
