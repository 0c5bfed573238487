"""A text written by one hand: ink on a canvas, with the box of each character."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tenfold.training.strips.glyphs import Handwriting, digit_ink
from tenfold.training.strips.marks import Glyph, mark_ink, word_ink
from tenfold.training.strips.pen import Ink, Points, curve, draw
from tenfold.training.strips.texts import OTHER, SPACE

_JOINED = "01245689"  # from these a pen goes on to a nought without being lifted
RISE_MAX = 0.4  # of the base line from end to end, in heights of a digit


@dataclass(frozen=True)
class Comb:
    """Boxes beside each other for one character each: where the first begins, how wide each is,
    how many there are, and how many stay empty before the first character. Pixels."""

    left: float
    pitch: float
    cells: int
    empty_before: int

    def middle(self, place: int) -> float:
        """The column in the middle of the box of character `place`."""
        return self.left + (self.empty_before + place + 0.5) * self.pitch


@dataclass(frozen=True, eq=False)
class Written:
    """`ink` float32 [h, w] in 0..1; for each character of `text` (spaces left out) its box:
    left, top, right, bottom in pixels, float32 [n, 4]; `base`: the row of the base line."""

    ink: Ink
    text: str
    boxes: npt.NDArray[np.float32]
    base: float
    comb: Comb | None = None


def written(
    text: str, hand: Handwriting, rng: np.random.Generator, canvas: int, *, comb: bool = False
) -> Written:
    """Write `text` in the middle of a canvas `canvas` pixels high. With `comb`, each character
    stands in a box of its own."""
    glyphs = [_glyph_of(character, i, text, hand, rng) for i, character in enumerate(text)]
    margin = hand.height * _margin(rng)
    boxes = _random_comb(glyphs, hand, rng, margin) if comb else None
    widths = sum(glyph.ink.shape[1] for glyph in glyphs if glyph is not None)
    gaps = rng.normal(hand.gap, hand.gap_spread, len(text)) * hand.height
    length = widths + abs(gaps).sum() + hand.height * (1.6 * text.count(SPACE) + 1)
    if boxes is not None:
        length = max(length, boxes.pitch * boxes.cells)
    line = _Line(hand, rng, canvas, int(length + 2 * abs(margin) + 4 * hand.height), boxes)
    line.x = margin
    for i, (character, glyph) in enumerate(zip(text, glyphs, strict=True)):
        if glyph is None:
            line.leave_gap()
        else:
            line.write(character, glyph, gaps, i)
    end = max(line.right, boxes.left + boxes.pitch * boxes.cells if boxes else 0.0)
    width = min(line.ink.shape[1], max(8, int(end + hand.height * _margin(rng))))
    table = np.array(line.boxes, np.float32).reshape(-1, 4)
    return Written(line.ink[:, :width], text.replace(SPACE, ""), table, line.base, boxes)


Box = tuple[float, float, float, float]


class _Line:
    """A row of writing that grows to the right."""

    def __init__(
        self,
        hand: Handwriting,
        rng: np.random.Generator,
        canvas: int,
        width: int,
        comb: Comb | None,
    ) -> None:
        self.hand, self.rng, self.comb = hand, rng, comb
        self.ink: Ink = np.zeros((canvas, width), np.float32)
        self.base = canvas / 2 + hand.height / 2
        rise = min(float(rng.normal(0, 0.02)) * width, RISE_MAX * hand.height, key=abs)
        self.slope = 0.0 if comb else rise / width
        self.bend = 0.0 if comb else float(rng.normal(0, 0.12)) * hand.height
        self.x = self.right = 0.0  # where the next character begins; where the last one ends
        self.boxes: list[Box] = []
        self.previous: tuple[str, Box] | None = None

    def leave_gap(self) -> None:
        self.x += self.hand.height * self.rng.uniform(0.5, 1.6)
        self.previous = None

    def write(
        self, character: str, glyph: Glyph, gaps: npt.NDArray[np.float64], place: int
    ) -> None:
        """Write a character; `gaps` are those after each character of the text, in pixels."""
        height = self.hand.height
        if self.comb is not None:
            wander = self.rng.normal(0, 0.06) * self.comb.pitch
            self.x = self.comb.middle(place) + wander - glyph.ink.shape[1] / 2
        elif character in ".,:" and self.previous is not None:  # marks stand nearer
            self.x = max(self.x - 0.6 * max(0.0, gaps[place - 1]), self.right - 0.15 * height)
            self.x += self.rng.uniform(0, 0.15) * height
        elif character == "1" and self.hand.gap < 0.05:
            self.x += 0.08 * height
        elif character == "0" and self.previous is not None and self.previous[0] == "0":
            self.x += self.hand.zero_gap * height
            self.x = max(self.x, self.previous[1][0] + 0.25 * height)
        drop = self.rng.normal(0, self.hand.drop_spread) * height
        box = self._put(glyph.ink, self.x, self._base_at(self.x) - glyph.lift + drop)
        if self.previous is not None and character == "0" and self.previous[0] in _JOINED:
            self._join(self.previous[1], box)
        self.boxes.append(box)
        self.previous = (character, box)
        self.right = self.x + glyph.ink.shape[1]
        self.x = self.right + gaps[place]
        if character.isdigit():
            self.x = max(self.x, box[0] + 0.12 * height)

    def _base_at(self, x: float) -> float:
        width = self.ink.shape[1]
        return self.base + self.slope * (x - width / 2) + self.bend * (x / width - 0.5) ** 2

    def _put(self, glyph: Ink, left: float, bottom: float) -> Box:
        """Lay a glyph onto the canvas; what lies beyond it is lost. Returns its box."""
        x, y = round(left), round(bottom - glyph.shape[0])
        h, w = self.ink.shape
        x0, y0 = max(0, x), max(0, y)
        x1, y1 = min(w, x + glyph.shape[1]), min(h, y + glyph.shape[0])
        if x1 > x0 and y1 > y0:
            under = self.ink[y0:y1, x0:x1]
            np.maximum(under, glyph[y0 - y : y1 - y, x0 - x : x1 - x], out=under)
        return float(x0), float(y0), float(max(x1, x0 + 1)), float(max(y1, y0 + 1))

    def _join(self, before: Box, box: Box) -> None:
        """Join two digits by the stroke of a pen that was not lifted."""
        rng, height = self.rng, self.hand.height
        if rng.random() > 0.3 or box[0] - before[2] > 0.5 * height:
            return
        start_x = before[0] + rng.uniform(0.5, 0.95) * (before[2] - before[0])
        start_y = before[1] + rng.uniform(0.0, 0.3) * (before[3] - before[1])
        end_x = box[0] + rng.uniform(0.2, 0.6) * (box[2] - box[0])
        end_y = box[1] + rng.uniform(0.0, 0.2) * (box[3] - box[1])
        sag = rng.uniform(-0.1, 0.15) * height
        middle = ((start_x + end_x) / 2, (start_y + end_y) / 2 + sag)
        points: Points = np.array([(start_x, start_y), middle, (end_x, end_y)], np.float32)
        draw(self.ink, [curve(points)], 0.9 * self.hand.thickness)


def _random_comb(
    glyphs: list[Glyph | None], hand: Handwriting, rng: np.random.Generator, left: float
) -> Comb:
    """Boxes for the glyphs, and some empty ones before and after them."""
    widest = max(glyph.ink.shape[1] for glyph in glyphs if glyph is not None)
    pitch = max(0.7 * hand.height, 1.08 * widest) * rng.uniform(1.0, 1.5)
    before, after = (int(rng.integers(0, 4)) if rng.random() < 0.3 else 0 for _ in range(2))
    return Comb(left, float(pitch), before + len(glyphs) + after, before)


def _margin(rng: np.random.Generator) -> float:
    """Of the writing at an end of the strip, in heights: often hardly any."""
    return float(rng.uniform(-0.04, 0.12) if rng.random() < 0.4 else rng.uniform(0.1, 0.8))


def _glyph_of(
    character: str, place: int, text: str, hand: Handwriting, rng: np.random.Generator
) -> Glyph | None:
    """The glyph of the character at a place of the text; None for a space."""
    if character == SPACE:
        return None
    if character.isdigit():
        run = character == "0" and ("00" in text[max(0, place - 1) : place + 2])
        size, width = (hand.zero_size, hand.zero_width) if run else (1.0, 1.0)
        descent = hand.descents.get(int(character), 0.0)
        glyph = digit_ink(int(character), hand, rng, size * (1 + 0.5 * descent), width)
        raised = (1 - size) * float(rng.choice([0.0, 0.5, 1.0]))
        return Glyph(glyph, (raised - descent) * hand.height)
    if character == OTHER:
        return Glyph(word_ink(hand, rng))
    return mark_ink(character, hand, rng)
