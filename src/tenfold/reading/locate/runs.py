"""From the locator's answers at each scale to runs: stretches of digits without wide gaps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from tenfold.reading.locate.pyramid import STRIDE, PyramidPage

DIGITS, OTHERS, HEIGHT, BRIGHT, TURNS = range(5)  # the locator's outputs; TURNS and three more
HEIGHT_UNIT = 14.0  # pixels
HEIGHTS = (7.0, 27.0)  # pixels of a page: what is higher or lower is found at another scale
SURE, SEED = 0.35, 0.55  # probabilities: of each cell of a run, and of one at least
LENGTH_FOR_SLOPE, LENGTH_FOR_SAG = 1.2, 8.0  # heights: shorter runs are level, or straight
SLOPE_MAX = 0.4
OVERLAP = 0.4  # of the shorter run, from which two are the same writing
SMALLER = 0.6  # of a run's height: digits of another size
COVERED, MANY = 0.6, 2.0  # of its length; times as many digits
AS_SURE = (0.05, 0.15)  # how much less sure the smaller ones may be; where they are many
RUNS_MAX = 400  # a page of text has more

Map = npt.NDArray[np.float32]  # [h, w], by cells


@dataclass(frozen=True)
class Run:
    """A stretch of digits in the picture: the ends of its middle line, from left to right, and the
    height of its digits, in pixels. `sag`: how far the middle lies below the straight line.
    `score`, `other` and `bright` are mean probabilities, of digits, of other writing and of ink
    brighter than paper."""

    x0: float
    y0: float
    x1: float
    y1: float
    height: float
    sag: float
    score: float
    bright: float
    other: float = 0.0

    @property
    def length(self) -> float:
        return self.x1 - self.x0

    @property
    def slope(self) -> float:
        return (self.y1 - self.y0) / max(self.length, 1e-6)

    def middle_at(self, x: float) -> float:
        """The height of the middle line at x, continued straight beyond the ends."""
        along = (x - self.x0) / max(self.length, 1e-6)
        bow = self.sag * 4 * along * (1 - along) if 0 < along < 1 else 0.0
        return self.y0 + self.slope * (x - self.x0) + bow


class LocatorOutputs(NamedTuple):
    """What the locator says about a page, by cells: probabilities, heights in its pixels, and
    `turns` [4, h, w], the probabilities of each quarter of a turn."""

    digits: Map
    others: Map
    heights: Map
    bright: Map
    turns: npt.NDArray[np.float32]


def outputs_of(outputs: npt.NDArray[np.float32]) -> LocatorOutputs:
    """The locator's outputs, float32 [8, h, w], as probabilities and pixels."""
    logits = np.clip(outputs, -30, 30)
    digits, others, bright = (1 / (1 + np.exp(-logits[i])) for i in (DIGITS, OTHERS, BRIGHT))
    turns = np.exp(logits[TURNS:] - logits[TURNS:].max(axis=0))
    heights = HEIGHT_UNIT * np.exp(np.clip(logits[HEIGHT], -3, 3))
    return LocatorOutputs(digits, others, heights, bright, turns / turns.sum(axis=0))


def runs_of(page: PyramidPage, answers: LocatorOutputs) -> list[Run]:
    """The runs of digits on a page, in the picture's pixels."""
    fits = (answers.heights >= HEIGHTS[0]) & (answers.heights <= HEIGHTS[1])
    likely = np.where(fits, answers.digits, 0)
    count, labels, boxes, _ = cv2.connectedComponentsWithStats(
        (likely >= SURE).astype(np.uint8), connectivity=8
    )
    runs = []
    for label in range(1, min(count, 4 * RUNS_MAX)):
        left, top, width, height = boxes[label, :4]
        window = slice(top, top + height), slice(left, left + width)
        inside = labels[window] == label
        if likely[window][inside].max() < SEED:
            continue
        runs.append(_run(page, answers, likely, inside, (int(left), int(top))))
    return runs


def _run(
    page: PyramidPage,
    answers: LocatorOutputs,
    likely: Map,
    inside: npt.NDArray[np.bool_],
    at: tuple[int, int],
) -> Run:
    rows, columns = np.nonzero(inside)
    rows, columns = rows + at[1], columns + at[0]
    weights = likely[rows, columns]
    middle = (STRIDE - 1) / 2
    x, y = columns * STRIDE + middle, rows * STRIDE + middle
    height = float(np.exp(np.average(np.log(answers.heights[rows, columns]), weights=weights)))
    left, right = x.min() - STRIDE / 2, x.max() + STRIDE / 2
    begin, bow, end = _middle_line(x, y, weights, (float(left), float(right)), height)
    return Run(
        x0=page.to_picture(float(left)),
        y0=page.to_picture(begin),
        x1=page.to_picture(float(right)),
        y1=page.to_picture(end),
        height=height / page.scale,
        sag=bow / page.scale,
        score=float(np.sort(weights)[-max(1, len(weights) * 2 // 3) :].mean()),
        bright=float(np.average(answers.bright[rows, columns], weights=weights)),
        other=float(np.average(answers.others[rows, columns], weights=weights)),
    )


def _middle_line(
    x: npt.NDArray[np.floating[Any]],
    y: npt.NDArray[np.floating[Any]],
    weights: Map,
    ends: tuple[float, float],
    height: float,
) -> tuple[float, float, float]:
    """The middle line of cells: its height at both ends, and how far it sags between them."""
    length = ends[1] - ends[0]
    level = float(np.average(y, weights=weights))
    if length < LENGTH_FOR_SLOPE * height:
        return level, 0.0, level
    along = (x - ends[0]) / length
    terms = [1 - along, along]
    if length >= LENGTH_FOR_SAG * height:
        terms.append(4 * along * (1 - along))
    root = np.sqrt(weights)[:, None]
    found = np.linalg.lstsq(np.stack(terms, 1) * root, y * root[:, 0], rcond=None)[0]
    begin, end = float(found[0]), float(found[1])
    most = SLOPE_MAX * length
    if abs(end - begin) > most:
        middle, begin_end = (begin + end) / 2, float(np.sign(end - begin)) * most / 2
        begin, end = middle - begin_end, middle + begin_end
    return begin, float(found[2]) if len(found) > 2 else 0.0, end


def without_doubles(runs: Sequence[Run]) -> list[Run]:
    """The runs, without those that another scale has found better: longer, larger, surer.

    Smaller runs that are as sure and cover a larger one along most of its length win over it: two
    rows are no row of large digits.
    """
    ordered = sorted(runs, key=_strength, reverse=True)[:RUNS_MAX]
    kept: list[Run] = []
    for run in ordered:
        if any(_same_writing(run, other) for other in kept):
            continue
        if not _is_made_of(run, [other for other in ordered if _is_part(other, run)]):
            kept.append(run)
    return kept


def _strength(run: Run) -> float:
    return run.score**2 * float(np.sqrt(run.length * run.height))


def _is_part(smaller: Run, run: Run) -> bool:
    return smaller.height < SMALLER * run.height and _same_writing(smaller, run)


def _is_made_of(run: Run, parts: Sequence[Run]) -> bool:
    """Whether runs of smaller digits cover a run along most of its length, and are as sure."""
    if not parts:
        return False
    covered, end = 0.0, run.x0
    for part in sorted(parts, key=lambda part: part.x0):
        covered += max(0.0, min(part.x1, run.x1) - max(part.x0, end))
        end = max(end, part.x1)
    lengths = np.array([part.length for part in parts])
    score = float(lengths @ np.array([part.score for part in parts]) / lengths.sum())
    digits = sum(part.length / part.height for part in parts)
    many = digits >= MANY * run.length / run.height
    return covered >= COVERED * run.length and score >= run.score - AS_SURE[many]


def _same_writing(a: Run, b: Run) -> bool:
    """Whether two runs cover each other, as boxes along their middle lines."""
    shared = min(a.x1, b.x1) - max(a.x0, b.x0)
    if shared <= 0:
        return False
    x = (max(a.x0, b.x0) + min(a.x1, b.x1)) / 2
    ya, yb = a.middle_at(x), b.middle_at(x)
    down = min(ya + a.height / 2, yb + b.height / 2) - max(ya - a.height / 2, yb - b.height / 2)
    if down <= 0:
        return False
    smaller = min(a.length * a.height, b.length * b.height)
    return shared * down > OVERLAP * smaller
