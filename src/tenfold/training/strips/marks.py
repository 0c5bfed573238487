"""What stands between the digits of a number: marks, letters and words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from tenfold.training.strips.glyphs import Handwriting, figure_ink, other_ink
from tenfold.training.strips.pen import Ink
from tenfold.training.strips.shapes import Figure

WORD_MAX = 7  # letters


@dataclass(frozen=True, eq=False)
class Glyph:
    """The ink of a character, cropped, and how far above the base line it ends, in pixels."""

    ink: Ink
    lift: float = 0.0


def word_ink(hand: Handwriting, rng: np.random.Generator) -> Ink:
    """One letter or sign, or a word of several."""
    count = 1 if rng.random() < 0.55 else int(rng.integers(2, WORD_MAX))
    letters = [other_ink(hand, rng) for _ in range(count)]
    if count == 1:
        return letters[0]
    gap = int(hand.height * rng.uniform(0.0, 0.25))
    height = max(letter.shape[0] for letter in letters)
    width = sum(letter.shape[1] + gap for letter in letters)
    ink = np.zeros((height, width), np.float32)
    x = 0
    for letter in letters:
        h, w = letter.shape
        ink[height - h :, x : x + w] = letter
        x += w + gap
    return ink


def mark_ink(mark: str, hand: Handwriting, rng: np.random.Generator) -> Glyph:
    """One of the marks `. , - / : =`, drawn by the hand's pen."""
    figure, tall, aspect, lift = _MARKS[mark](rng)
    ink = figure_ink(figure, hand, rng, max(1.0, tall * hand.height), aspect)
    return Glyph(ink, lift * hand.height)


# A mark: its figure, its height in digits' heights, its width for each height, and how far above
# the base line it ends, in digits' heights.
Mark = tuple[Figure, float, float, float]


def _full_stop(rng: np.random.Generator) -> Mark:
    return [(0, 0), (0.5, 1)], rng.uniform(0.02, 0.1), 1.0, rng.normal(0.0, 0.03)


def _comma(rng: np.random.Generator) -> Mark:
    tall = rng.uniform(0.15, 0.35)
    return [(0.7, 0), (0.6, 0.5), (0, 1)], tall, 0.4, -tall * rng.uniform(0.3, 0.8)


def _dash(rng: np.random.Generator) -> Mark:
    long, tilt = rng.uniform(0.25, 0.9), rng.normal(0, 0.06)
    return [(0, tilt), (long, -tilt)], 1.0, 1.0, rng.uniform(0.28, 0.58)


def _slash(rng: np.random.Generator) -> Mark:
    tall = rng.uniform(0.9, 1.45)
    return [(rng.uniform(0.25, 0.7), 0), (0, 1)], tall, 1.0, -(tall - 1) * rng.uniform(0.2, 0.8)


def _colon(rng: np.random.Generator) -> Mark:
    dots: Figure = [(0, 0), (0.04, 0.08), None, (0, 0.92), (0.04, 1)]
    return dots, rng.uniform(0.25, 0.5), 0.3, rng.uniform(0.1, 0.25)


def _equals(rng: np.random.Generator) -> Mark:
    long, apart = rng.uniform(0.3, 0.9), rng.uniform(0.12, 0.3)
    bars: Figure = [(0, 0), (long, 0.02), None, (0, apart), (long, apart)]
    return bars, 1.0, 1.0, rng.uniform(0.2, 0.5)


_MARKS: dict[str, Callable[[np.random.Generator], Mark]] = {
    ".": _full_stop,
    ",": _comma,
    "-": _dash,
    "/": _slash,
    ":": _colon,
    "=": _equals,
}
