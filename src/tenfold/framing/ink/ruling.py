"""Ruled and squared paper: long thin straight lines from edge to edge are removed from the ink."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from tenfold.framing.percentile import median, percentile

SIDE_MIN = 60  # pixels; smaller pictures are no photographs of ruled paper
SMALL = 500  # pixels of the copy in which lines are searched for
ANGLE_MAX = 9.0  # degrees to either side
COARSE, FINE = 0.6, 0.1  # degrees between the angles that are tried
CAP = 25.0  # levels; stronger ink counts no more, so that strokes do not outweigh lines
FAINT = 3.0  # levels; a fainter line does no harm
RUN = 0.3  # of the width: a piece of line is at least so long
SPAN = 0.75  # of the width: lines and pieces of lines in one place cover so much of it together
THICK = 0.04  # of the shorter side: thicker is no ruling
LOOSE = 8.0  # pixels of the small copy: sought loosely, hairlines look as thick as this
CORE = 0.35  # of a line's level: its edge
END = 0.04  # of the width: a line begins and ends so near the picture's edge
FAINTER = 0.7  # of the ink's level: a single line stronger than this may be a stroke
USUAL = 0.75  # quantile of a line's levels: what it has where no shadow dims it
OVER = 1.5  # times the line's level: stronger is ink on the line

Levels = npt.NDArray[np.float32]  # [height, width]


class _Lines(NamedTuple):
    """Horizontal lines: their slope, and the rows of the levelled small copy that they cover."""

    slope: float
    rows: npt.NDArray[np.bool_]


def without_ruling(levels: Levels, noise: float) -> tuple[Levels, bool]:
    """The levels without horizontal and vertical ruling, and whether there was any. Where a stroke
    crosses a line, its ink is joined again."""
    if min(levels.shape) < SIDE_MIN:
        return levels, False
    across = _ruling(levels, noise)
    down = _ruling(np.ascontiguousarray(levels.T), noise)
    if across is None and down is None:
        return levels, False
    nothing = np.zeros_like(levels)
    across = nothing if across is None else across
    down = nothing if down is None else np.ascontiguousarray(down.T)
    ruling = across + down  # where two lines cross, their levels add up
    drop = (ruling > FAINT) & (levels > CORE * ruling) & (levels < OVER * ruling)
    strokes = np.where(drop, 0, levels)
    joined = nothing
    for lines, core in ((across, drop & (across > FAINT)), (down, (drop & (down > FAINT)).T)):
        if lines.any():
            kernel = np.ones((_thickness(core) + 2, 3), np.uint8)
            kernel = kernel if lines is across else kernel.T
            joined = np.maximum(joined, cv2.morphologyEx(strokes, cv2.MORPH_CLOSE, kernel))
    return np.where(drop, joined, strokes), True


def _ruling(levels: Levels, noise: float) -> Levels | None:
    """The level of the horizontal lines, 0 elsewhere; None where there are none."""
    lines = _lines(levels, noise)
    if lines is None:
        return None
    height, width = levels.shape
    beyond = _levelled(levels, lines.slope, outside=float(levels.max()))
    near = cv2.dilate(lines.rows.astype(np.uint8)[:, None], np.ones((3, 1), np.uint8))
    rows = np.flatnonzero(cv2.resize(near, (1, height), interpolation=cv2.INTER_NEAREST))
    run = np.zeros_like(beyond)
    run[rows] = _evened(_runs(_loose(beyond)[rows], max(3, int(RUN * width))))
    return _levelled(run, lines.slope, back=True)


def _lines(levels: Levels, noise: float) -> _Lines | None:
    """The horizontal lines; None where there are none."""
    scale = min(1.0, SMALL / max(levels.shape))
    small = cv2.resize(levels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    if not _reaches_edges(small, max(FAINT, noise)):
        return None
    capped = np.minimum(small, CAP)
    slope = _slope(capped)
    level = _levelled(capped, slope, outside=CAP)  # as if every line went on
    run = _runs(_loose(level), max(3, int(RUN * small.shape[1])))
    strong = (run > max(FAINT, noise)).astype(np.uint8)
    # a line that bends a little stays in its place if its rows are looked at together
    place = cv2.dilate(strong, np.ones((5, 1), np.uint8)) > 0
    rows = _from_edge_to_edge(place, _levelled(np.ones_like(small), slope, outside=0.0) > 0)
    if not rows.any() or _thickest(strong * rows[:, None]) > max(LOOSE, THICK * min(small.shape)):
        return None
    if not _are_ruling(_levelled(small, slope, outside=0.0), rows):
        return None
    return _Lines(slope, rows)


def _reaches_edges(small: Levels, faint: float) -> bool:
    """Whether anything could be a line from edge to edge: two thirds of the work on a drawing."""
    width = small.shape[1]
    ring = int(END * width) + 8  # as far from the edge as dilation and blur below can see
    edges = (small[:ring], small[-ring:], small[:, :ring], small[:, -ring:])
    return any(float(edge.max()) > faint for edge in edges)


def _from_edge_to_edge(
    place: npt.NDArray[np.bool_], inside: npt.NDArray[np.bool_]
) -> npt.NDArray[np.bool_]:
    """The rows with a line along most of their pixels inside the picture, and at both ends."""
    end = max(2, int(END * place.shape[1]))
    place = place & inside
    count = inside.sum(axis=1)
    order = np.cumsum(inside, axis=1)
    first = (place & (order <= end)).any(axis=1)
    last = (place & (order > count[:, None] - end)).any(axis=1)
    most: npt.NDArray[np.bool_] = place.sum(axis=1) >= SPAN * np.maximum(count, end)
    return most & first & last


def _are_ruling(level: Levels, rows: npt.NDArray[np.bool_]) -> bool:
    """Whether lines are ruling: several are. A single line may be a long stroke, unless it is
    fainter than the ink beside it."""
    bands = int((np.diff(rows.astype(np.int8), prepend=0) == 1).sum())
    line = median(level[rows].max(axis=0))
    rest = level[~rows]
    inked = rest[rest > max(FAINT, 0.3 * float(rest.max(initial=0)))]
    return bands > 1 or len(inked) == 0 or line < FAINTER * percentile(inked, 75)


def _thickest(strong: npt.NDArray[np.uint8]) -> float:
    """The thickness of typical lines: the area of the lines over their length."""
    lines = (np.diff(strong.any(axis=1).astype(np.int8), prepend=0) == 1).sum()
    return float(strong.sum() / max(1, lines) / strong.shape[1])


def _slope(small: Levels) -> float:
    """The slope of the lines: there, neighbouring rows differ most."""
    coarse = np.arange(-ANGLE_MAX, ANGLE_MAX + COARSE / 2, COARSE)
    half = cv2.resize(small, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    best = max(coarse, key=lambda angle: _contrast_of_rows(half, angle))
    fine = np.arange(best - COARSE, best + COARSE + FINE / 2, FINE)
    best = max(fine, key=lambda angle: _contrast_of_rows(small, angle))
    return float(np.tan(np.radians(best)))


def _contrast_of_rows(small: Levels, degrees: float) -> float:
    profile = _levelled(small, float(np.tan(np.radians(degrees)))).mean(axis=1)
    return float(((profile[1:] - profile[:-1]) ** 2).sum())


def _levelled(
    levels: Levels, slope: float, *, back: bool = False, outside: float | None = None
) -> Levels:
    """The levels, sheared about the middle column so that lines of `slope` become horizontal.

    Beyond the picture they have the value `outside`, or that of the edge.
    """
    height, width = levels.shape
    matrix = np.array([[1, 0, 0], [-slope, 1, slope * width / 2]], np.float64)
    border = cv2.BORDER_REPLICATE if outside is None else cv2.BORDER_CONSTANT
    return cv2.warpAffine(
        levels,
        matrix,
        (width, height),
        flags=cv2.INTER_LINEAR | (cv2.WARP_INVERSE_MAP if back else 0),
        borderMode=border,
        borderValue=0.0 if outside is None else outside,
    )


def _loose(level: Levels) -> Levels:
    """The levels, dilated by a row to either side, so that slightly bent lines stay in a row."""
    return cv2.dilate(level, np.ones((3, 1), np.uint8))


def _runs(rows: Levels, length: int) -> Levels:
    """The opening of each row by `length` pixels: the level of lines, 0 elsewhere."""
    smooth = cv2.blur(rows, (5, 1))
    return cv2.morphologyEx(
        smooth, cv2.MORPH_OPEN, np.ones((1, length), np.uint8), borderType=cv2.BORDER_REPLICATE
    )


def _evened(runs: Levels) -> Levels:
    """Each line with at least its usual level along all its length. A shadow's edge interrupts a
    line, and the remaining piece would look like a 1."""
    count = (runs > FAINT).sum(axis=1)
    brighter = (count * (1 - USUAL)).astype(np.intp)
    usual = np.take_along_axis(np.sort(runs, axis=1), -1 - brighter[:, None], axis=1)
    return np.where(count[:, None] > RUN * runs.shape[1], np.maximum(runs, usual), runs)


def _thickness(core: npt.NDArray[np.bool_]) -> int:
    """The mean thickness of the lines, in pixels."""
    columns = core[:, :: max(1, core.shape[1] // 64)]
    starts = int((np.diff(columns.astype(np.int8), axis=0, prepend=0) == 1).sum())
    return int(np.ceil(columns.sum() / max(1, starts)))
