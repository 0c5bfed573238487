"""Strips composed at random: a number by one hand on some ground, with what it says and where."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from tenfold.framing.strip import STRIP_HEIGHT, STRIP_WIDTH_MIN, STRIP_WIDTH_STEP, strip_of
from tenfold.training.strips import grounds
from tenfold.training.strips.degrade import degraded, scanned
from tenfold.training.strips.edges import cut_picture
from tenfold.training.strips.glyph_bank import GlyphBank
from tenfold.training.strips.glyphs import Figures, Handwriting, random_handwriting
from tenfold.training.strips.pen import Ink
from tenfold.training.strips.shapes import DIGITS
from tenfold.training.strips.surroundings import cut_off, neighbours
from tenfold.training.strips.texts import CHARACTERS, SPACE, random_amount, random_text
from tenfold.training.strips.writing import Written, written

SCALE = 2  # strips are composed larger, and made smaller at the end
CANVAS = 3 * STRIP_HEIGHT * SCALE // 2  # higher than a strip: neighbouring rows are cut off
DIGIT_MIN, DIGIT_MAX = 13, 30  # pixels of a strip: the heights of digits that the network learns
SHIFT_MAX = 3  # pixels of a strip, up or down
WIDTH_MAX = 320  # of a strip that trains the network
CHEQUES = 0.5  # of the strips: an amount, with a pen, on security print
PRINT_MAX = 38  # levels: the print of cheques is paler than that of other papers here
WHOLE = 0.7  # of a digit's height: less within the strip could be read by nobody
OVERLAPPING = 0.12  # of the amounts: digits that are written into one another
CUT = 0.25  # of the other strips: their picture ends near the writing


@dataclass(frozen=True, eq=False)
class ComposedStrip:
    """`pixels` uint8 [32, w], ink bright; `classes` int [n], 1 to 17; `boxes` float32 [n, 4]."""

    pixels: npt.NDArray[np.uint8]
    classes: npt.NDArray[np.int64]
    boxes: npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class ComposedRow:
    """What strips are cut out of: `grey` float32 [h, w], brightness 0..255, and where the picture
    has ended, `beyond` bool [h, w]."""

    grey: npt.NDArray[np.float32]
    beyond: npt.NDArray[np.bool_]


def random_strip(
    banks: list[GlyphBank], rng: np.random.Generator, figures: Figures = (DIGITS,)
) -> ComposedStrip:
    """A strip at random, in a random handwriting. Of some hundred, two show no writing."""
    while True:
        strip = _attempt(banks, rng, figures)
        if strip is not None and _is_whole(strip):
            return strip


def _is_whole(strip: ComposedStrip) -> bool:
    """Whether each digit lies in the strip's height, or hardly reaches beyond it."""
    of_digits = strip.boxes[strip.classes <= 10]
    seen = np.clip(of_digits[:, 3], 0, STRIP_HEIGHT) - np.clip(of_digits[:, 1], 0, STRIP_HEIGHT)
    return bool((seen >= WHOLE * (of_digits[:, 3] - of_digits[:, 1])).all())


def _attempt(
    banks: list[GlyphBank], rng: np.random.Generator, figures: Figures
) -> ComposedStrip | None:
    """A strip at random; None where the writing became too wide."""
    height = SCALE * float(np.clip(rng.normal(22, 3.5), DIGIT_MIN, DIGIT_MAX))
    hand = random_handwriting(banks, rng, height, figures)
    if rng.random() < CHEQUES:
        lines = amount(hand, rng)
        row = on_cheque(lines, hand, rng, banks) if fits(lines) else None
        return None if row is None else _cut_out(row, lines, rng, blank=False)
    text = "" if rng.random() < 0.03 else random_text(rng)
    comb = rng.random() < 0.14 and SPACE not in text
    lines = written(text or "0", hand, rng, CANVAS, comb=comb)
    row = on_ground(lines, hand, rng, banks, blank=not text) if fits(lines) else None
    return None if row is None else _cut_out(row, lines, rng, blank=not text)


def fits(lines: Written) -> bool:
    """Whether a text is short enough for a strip that trains the network."""
    return lines.ink.shape[1] <= WIDTH_MAX * SCALE


def amount(hand: Handwriting, rng: np.random.Generator) -> Written:
    """An amount, written with a pen in a field that is hardly wide enough."""
    hand.thickness = float(max(1.5, hand.height * np.exp(rng.normal(np.log(0.095), 0.25))))
    if hand.gap > 0.35:
        hand.gap, hand.gap_spread = float(rng.uniform(0.0, 0.25)), float(rng.uniform(0.03, 0.12))
    elif rng.random() < OVERLAPPING:
        hand.gap = float(rng.uniform(-0.28, -0.08))
    return written(random_amount(rng), hand, rng, CANVAS)


def on_cheque(
    lines: Written, hand: Handwriting, rng: np.random.Generator, banks: list[GlyphBank]
) -> ComposedRow:
    """A text on security print, as in the field of a cheque."""
    shape = lines.ink.shape
    paper = grounds.random_paper(shape, rng)
    if rng.random() < 0.95:
        grounds.security_print(paper, rng, PRINT_MAX)
    if rng.random() < 0.35:
        grounds.ruling(paper, rng, lines.base, hand.height)
    if rng.random() < 0.08:
        grounds.cell(paper, rng, lines.base, hand.height)
    if rng.random() < 0.08:
        grounds.small_print(paper, rng, lines.base, hand.height)
    ink = lines.ink
    if rng.random() < 0.06:
        ink = np.maximum(ink, neighbours(shape, hand, rng, banks, lines.base))
    if rng.random() < 0.08:
        ink = np.maximum(ink, cut_off(shape, hand, rng, lines))
    grey, contrast = _inked(paper, ink, rng, clean=False)
    grey = scanned(grey, rng, contrast)
    boxes = lines.boxes if rng.random() < 0.75 else lines.boxes[:0]
    return ComposedRow(grey, cut_picture(grey, boxes, hand.height, rng))


def on_ground(
    lines: Written, hand: Handwriting, rng: np.random.Generator, banks: list[GlyphBank], blank: bool
) -> ComposedRow:
    """A text on any other ground; `blank`: the ground alone."""
    clean = rng.random() < 0.15
    shape = lines.ink.shape
    paper = np.full(shape, 255, np.float32) if clean else grounds.random_paper(shape, rng)
    _printed(paper, lines, hand, rng, clean)
    ink = np.zeros_like(lines.ink) if blank else lines.ink
    if rng.random() < 0.16:
        ink = np.maximum(ink, neighbours(shape, hand, rng, banks, lines.base))
    if rng.random() < 0.07:
        ink = np.maximum(ink, cut_off(shape, hand, rng, lines))
    if not blank and len(lines.boxes) and rng.random() < 0.025:
        left, top = lines.boxes[:, :2].min(0)
        right, bottom = lines.boxes[:, 2:].max(0)
        grounds.ring(paper, rng, (float(left), float(top), float(right), float(bottom)))
    grey, contrast = _inked(paper, ink, rng, clean)
    if not clean and rng.random() < 0.06:
        grounds.surround(grey, rng)
    grey = degraded(grey, rng, clean, contrast)
    boxes = lines.boxes if rng.random() < CUT else lines.boxes[:0]
    return ComposedRow(grey, cut_picture(grey, boxes, hand.height, rng))


def _printed(
    paper: npt.NDArray[np.float32],
    lines: Written,
    hand: Handwriting,
    rng: np.random.Generator,
    clean: bool,
) -> None:
    """What is printed on the paper before anybody writes."""
    if lines.comb is not None and rng.random() < 0.96:
        grounds.comb(
            paper, rng, lines.base, hand.height, lines.comb.left, lines.comb.pitch, lines.comb.cells
        )
    elif rng.random() < 0.1:
        grounds.cell(paper, rng, lines.base, hand.height)
    if lines.comb is None and rng.random() < 0.06 and len(lines.boxes) > 1:
        gaps = lines.boxes[1:, 0] - lines.boxes[:-1, 2]
        wide = np.flatnonzero(gaps > 0.2 * hand.height)
        places = (lines.boxes[wide, 2] + lines.boxes[wide + 1, 0]) / 2
        ends = [
            float(lines.boxes[0, 0] - 0.3 * hand.height),
            float(lines.boxes[-1, 2] + 0.3 * hand.height),
        ]
        grounds.dividers(paper, rng, [float(x) for x in places] + ends)
    if rng.random() < 0.05:
        grounds.small_print(paper, rng, lines.base, hand.height)
    if clean:
        return
    if rng.random() < 0.33:
        grounds.security_print(paper, rng)
    if rng.random() < 0.3:
        grounds.ruling(paper, rng, lines.base, hand.height)
    if rng.random() < 0.1:
        grounds.squares(paper, rng, hand.height)


def _inked(
    paper: npt.NDArray[np.float32], ink: Ink, rng: np.random.Generator, clean: bool
) -> tuple[npt.NDArray[np.float32], float]:
    """The paper with ink on it, and the ink's contrast in levels: more than the print's, so that a
    person could read it."""
    if clean:
        return paper * (1 - ink), 255.0
    light = float(np.median(paper))
    clutter = float(np.subtract(*np.percentile(paper, (90, 10)))) / light
    darkness = rng.uniform(min(0.95, max(0.3, 1.3 * clutter)), 1.0)
    if rng.random() < 0.3:  # a pencil, a dry pen
        grain = rng.normal(1.0, rng.uniform(0.1, 0.5), ink.shape).astype(np.float32)
        ink = np.clip(ink * cv2.GaussianBlur(grain, (0, 0), 0.8), 0, 1)
    if rng.random() < 0.3:  # pressure changes along the row
        pressure = rng.uniform(0.6, 1.0, (1, 2 + ink.shape[1] // 40)).astype(np.float32)
        ink = ink * cv2.resize(pressure, (ink.shape[1], 1), interpolation=cv2.INTER_LINEAR)
    return paper * (1 - darkness * ink), darkness * light


def _cut_out(
    row: ComposedRow, lines: Written, rng: np.random.Generator, blank: bool
) -> ComposedStrip:
    """The strip at its final size, with the boxes on it."""
    height = STRIP_HEIGHT * SCALE
    middle = (CANVAS - height) // 2 + int(rng.integers(-SHIFT_MAX * SCALE, SHIFT_MAX * SCALE + 1))
    window = row.grey[middle : middle + height]
    width = max(STRIP_WIDTH_MIN, round(window.shape[1] / SCALE))
    width += -width % STRIP_WIDTH_STEP
    size = (width, STRIP_HEIGHT)
    small = cv2.resize(window, size, interpolation=cv2.INTER_AREA)
    hidden = row.beyond[middle : middle + height].astype(np.uint8)
    hidden = cv2.resize(hidden, size, interpolation=cv2.INTER_NEAREST)
    across = width / window.shape[1]
    boxes = lines.boxes - np.array([0, middle, 0, middle], np.float32)
    boxes = boxes * np.array([across, 1 / SCALE, across, 1 / SCALE], np.float32)
    classes = np.array([CHARACTERS.index(c) + 1 for c in lines.text], np.int64)
    if blank:
        classes, boxes = classes[:0], boxes[:0]
    return ComposedStrip(
        strip_of(
            np.clip(small, 0, 255).astype(np.uint8), ink_is_dark=True, beyond=hidden.astype(bool)
        ),
        classes,
        boxes.astype(np.float32),
    )
