"""The dividers of combs beside a row of digits, which are open at the top, and their cells."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import cv2
import numpy as np
import numpy.typing as npt

from tenfold.framing.percentile import percentile
from tenfold.framing.strip import STRIP_DIGIT_HEIGHT
from tenfold.reading.locate.pyramid import Grey

BAND_HEIGHT = 48  # pixels at a strip's size: more than twice a digit's height
LINE_WIDTH = 7  # pixels: what is wider is no divider
SHORT, TALL = 25, 45  # pixels: a comb's divider, among others at equal steps; any table's divider
STEP_MIN = 0.9 * STRIP_DIGIT_HEIGHT  # pixels between two dividers: squares of paper are narrower
STEP_ERROR, FILLED = 0.1, 0.7  # of the step; of the dividers that should be there
BETWEEN = 0.5  # other lines for each of a series: squared paper has more
LINES_MAX = 120
DIVIDERS_MIN = 4  # fewer may be 1s, or the sides of a circle around a number
CONTRAST_MIN, CONTRAST = 7.0, 0.25  # levels; of the strongest upright structures
INSIDE = 0.18  # of a cell's width, on each side: dividers, and neighbours that cross them
INKED = 0.35  # of the row's ink: what a cell with writing has at least


def dividers_of(band: Grey) -> list[float]:
    """The x of the dividers in a row, uint8 [BAND_HEIGHT, w], ink bright, its middle in the middle.

    A line that is much taller than digits is one. So is a shorter one among at least three at equal
    steps, which strokes of digits are not.
    """
    lines = _upright_lines(band)[:LINES_MAX]
    tall = [x for x, length in lines if length >= TALL]
    regular = _regular([x for x, _ in lines])
    found: list[float] = []
    for x in sorted({*tall, *regular}):
        if not found or x - found[-1] >= STEP_MIN:
            found.append(x)
    return found if len(found) >= DIVIDERS_MIN else []


def _upright_lines(band: Grey) -> list[tuple[float, int]]:
    """The upright lines of a row: x, and the length of the longest stretch without a gap."""
    kernel = np.ones((1, LINE_WIDTH), np.uint8)
    narrow = cv2.morphologyEx(band, cv2.MORPH_TOPHAT, kernel)
    strongest = percentile(narrow.max(axis=0), 90)
    mask = (narrow > max(CONTRAST_MIN, CONTRAST * strongest)).astype(np.uint8)
    mask = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((5, 1), np.uint8))
    mask = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((9, 1), np.uint8))
    wide = cv2.dilate(mask, np.ones((1, 3), np.uint8))  # a divider may lean by a pixel
    length = np.zeros(band.shape[1], int)
    current = np.zeros(band.shape[1], int)
    for row in wide:
        current = (current + 1) * (row > 0)
        length = np.maximum(length, current)
    return _peaks(length)


def _peaks(length: npt.NDArray[np.int_]) -> list[tuple[float, int]]:
    """The middles of stretches of columns whose lines are long enough."""
    long = np.flatnonzero(length >= SHORT)
    if not len(long):
        return []
    groups = np.split(long, np.flatnonzero(np.diff(long) > 1) + 1)
    return [(float(g.mean()), int(length[g].max())) for g in groups if len(g) <= LINE_WIDTH + 3]


def _regular(lines: Sequence[float]) -> list[float]:
    """The lines of the longest series at equal steps, some missing; [] for fewer than three."""
    places = np.array(lines)
    best: list[float] = []
    for at, start in enumerate(lines):
        for after in lines[at + 1 : at + 4]:
            step = after - start
            if step < STEP_MIN:
                continue
            series = _series(places, start, step)
            if len(series) > max(2, len(best)):
                best = series
    return best


def _series(places: npt.NDArray[np.float64], start: float, step: float) -> list[float]:
    counts = np.round((places - start) / step)
    error = np.abs(places - start - counts * step)
    fitting = (error <= np.maximum(2.0, STEP_ERROR * step)) & (counts >= 0)
    numbers = np.unique(counts[fitting])
    gaps = np.flatnonzero(np.diff(numbers) > 2)  # three in a row without a line end a series
    last = numbers[gaps[0]] if len(gaps) else numbers[-1]
    kept = fitting & (counts <= last)
    between = (counts >= 0) & (counts <= last) & ~fitting
    if len(np.unique(counts[kept])) < FILLED * (last + 1) or between.sum() > BETWEEN * kept.sum():
        return []
    return sorted(places[kept].tolist())


def teeth_of(band: Grey) -> list[tuple[float, float, bool]]:
    """The cells between the dividers of a row: left, right, and whether nothing is in it."""
    dividers = dividers_of(band)
    if not dividers:
        return []
    middle = (BAND_HEIGHT - STRIP_DIGIT_HEIGHT) // 2
    writing = band[middle + 2 : middle + STRIP_DIGIT_HEIGHT - 2].astype(np.float32)
    inside = [_inside(writing, left, right) for left, right in pairwise(dividers)]
    most = max(inside)
    return [
        (left, right, bool(ink < INKED * most))
        for (left, right), ink in zip(pairwise(dividers), inside, strict=True)
    ]


def _inside(writing: npt.NDArray[np.float32], left: float, right: float) -> float:
    """How much the darkest ink of a cell stands out."""
    inset = INSIDE * (right - left)
    part = writing[:, int(left + inset) : max(int(left + inset) + 1, int(right - inset))]
    return percentile(part, 96) - percentile(part, 30) if part.size else 0.0
