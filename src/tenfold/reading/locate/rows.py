"""Runs that stand side by side make rows, and rows have an order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from tenfold.framing.percentile import median
from tenfold.reading.locate.runs import Run

SAME_LINE = 0.42  # of a digit's height, between the middle lines of neighbours in a row
SAME_SIZE = 1.7  # the ratio of their heights
JOINED = 1.3  # heights: a narrower gap is within one strip
LENGTH_MAX = 85.0  # heights: a strip holds 93, and the room at its ends


Says = Callable[[Run, Run], bool | None]


def nothing(left: Run, right: Run) -> None:
    """What cells say of two runs where there are none."""


def rows_of(
    runs: Sequence[Run], joins: Says = nothing, same_row: Says = nothing
) -> list[list[Run]]:
    """The runs by rows from top to bottom, each from left to right, close neighbours joined. Where
    `joins` and `same_row` know whether two runs are one, or in one row, that holds."""
    slope = _page_slope(runs)
    rows: list[list[Run]] = []
    for run in sorted(runs, key=lambda r: r.x0):
        fitting = [row for row in rows if _continues(row[-1], run, slope, same_row)]
        if fitting:
            min(fitting, key=lambda row: _distance(row[-1], run, slope)).append(run)
        else:
            rows.append([run])
    rows.sort(key=lambda row: _height_on_page(row, slope))
    return [[part for run in _joined(row, joins) for part in _parts(run)] for row in rows]


def _parts(run: Run) -> list[Run]:
    """A run as one that a strip can hold, or as several of equal lengths."""
    count = int(-(-run.length // (LENGTH_MAX * run.height))) or 1
    if count == 1:
        return [run]
    ends = np.linspace(run.x0, run.x1, count + 1)
    return [
        replace(run, x0=a, y0=run.middle_at(a), x1=b, y1=run.middle_at(b), sag=0.0)
        for a, b in pairwise(ends.tolist())
    ]


def _page_slope(runs: Sequence[Run]) -> float:
    """The slope of the rows: that of the longest third."""
    long = [run for run in runs if run.length > 2 * run.height]
    if not long:
        return 0.0
    longest = sorted(long, key=lambda run: run.length / run.height)[-max(1, len(long) // 3) :]
    return median([run.slope for run in longest])


def _distance(left: Run, right: Run, slope: float) -> float:
    """How far the right run's beginning lies from the left run's middle line, in heights."""
    inclined = left.slope if left.length > 3 * left.height else slope
    ahead = right.x0 - left.x1
    expected = left.y1 + inclined * ahead
    return abs(right.y0 - expected) / max(left.height, right.height)


def _continues(left: Run, right: Run, slope: float, same_row: Says) -> bool:
    height = max(left.height, right.height)
    if right.x0 < left.x1 - 0.5 * height:
        return False
    if (known := same_row(left, right)) is not None:
        return known
    if max(left.height, right.height) > SAME_SIZE * min(left.height, right.height):
        return False
    return _distance(left, right, slope) < SAME_LINE


def _height_on_page(row: Sequence[Run], slope: float) -> float:
    return float(np.mean([(r.y0 + r.y1) / 2 - slope * (r.x0 + r.x1) / 2 for r in row]))


def _joined(row: Sequence[Run], joins: Says) -> list[Run]:
    joined = [row[0]]
    for run in row[1:]:
        before = joined[-1]
        known = joins(before, run)
        near = run.x0 - before.x1 < JOINED * min(before.height, run.height)
        if near if known is None else known:
            joined[-1] = _one(before, run)
        else:
            joined.append(run)
    return joined


def _one(left: Run, right: Run) -> Run:
    """Two runs as one: its middle line goes through both."""
    lengths = np.array([left.length, right.length])
    shares = lengths / lengths.sum()

    def mean(of_left: float, of_right: float) -> float:
        return float(shares @ np.array([of_left, of_right]))

    return Run(
        left.x0,
        left.y0,
        right.x1,
        right.y1,
        mean(left.height, right.height),
        mean(left.sag, right.sag) if min(lengths) < 0.2 * max(lengths) else 0.0,
        mean(left.score, right.score),
        mean(left.bright, right.bright),
        mean(left.other, right.other),
    )
