"""Boxes and cells: what straight lines close in, and how they stand beside each other in a grid.

A line is thin and long; what lines part from the rest of the picture, and is about as high as
digits or somewhat higher, and nearly a rectangle, is a cell. Cells side by side make a row, cells
below each other a column.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from tenfold.framing.percentile import percentile
from tenfold.reading.detections import Box, Cell, PlaceInGrid
from tenfold.reading.locate.pyramid import Grey
from tenfold.reading.locate.regions import Grid, Region, completed

HEIGHT = 24.0  # pixels: digits are brought to this height before lines are looked for
PIXELS_MAX = 1_500_000
THIN = 9  # pixels: what is wider is no line
CONTRAST_MIN, CONTRAST = 6.0, 0.2  # levels; of the strongest thin structures
PIECE, LENGTH = 0.75, 1.6  # heights of a digit: each piece of a line; the whole line
WIDTHS, HEIGHTS = (0.6, 9.0), (0.8, 5.0)  # of a cell, in heights of a digit
RECTANGULAR = 0.72  # of the rectangle around a cell, which it fills
ASIDE, SHARED, ALIKE = 1.0, 0.6, 1.6  # heights between neighbours; of the shorter side; ratio
CELLS_MAX = 1000
INSET = 0.16  # of a cell: its lines, and neighbours that cross them
ONE_DIGIT = 3.0  # percent of a square cell, which any digit covers
SPREAD, INKED = 14.0, 0.4  # levels; of the clearest cell's: what a cell with writing has at least


def cells_of(grey: Grey, digit_height: float, *, ink_is_dark: bool) -> tuple[Cell, ...]:
    """The cells of a picture, uint8 [h, w], whose digits are about `digit_height` pixels high."""
    scale = min(HEIGHT / digit_height, float(np.sqrt(PIXELS_MAX / grey.size)))
    size = tuple(max(1, round(side * scale)) for side in grey.shape[::-1])
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    page = cv2.resize(255 - grey if ink_is_dark else grey, size, interpolation=way)
    height = digit_height * scale
    regions = _regions(page, _lines(page, height), height)[:CELLS_MAX]
    grids = completed(
        _grids(regions, height), lambda left, top, right, bottom: _ink(page[top:bottom, left:right])
    )
    return tuple(
        Cell(PlaceInGrid(grid, row, column), _box(region, scale, grey.shape), is_empty)
        for grid, members in enumerate(grids)
        for (row, column), region, is_empty in _with_ink(members)
    )


def _lines(page: Grey, height: float) -> npt.NDArray[np.uint8]:
    """Where thin straight lines run across or down, 1 or 0, small gaps closed."""
    lines = np.zeros(page.shape, np.uint8)
    for across in (True, False):
        thin = (THIN, 1) if across else (1, THIN)
        along = (1, THIN) if across else (THIN, 1)
        strokes = cv2.morphologyEx(page, cv2.MORPH_TOPHAT, np.ones(thin, np.uint8))
        strokes = cv2.blur(strokes, along[::-1])  # noise goes; short, so that slanted lines stay
        limit = max(CONTRAST_MIN, CONTRAST * percentile(strokes, 99))
        piece = max(3, int(PIECE * height))
        mask = cv2.morphologyEx(
            (strokes > limit).astype(np.uint8),
            cv2.MORPH_OPEN,
            np.ones((1, piece) if across else (piece, 1), np.uint8),
        )
        _, labels, boxes, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
        long = boxes[:, cv2.CC_STAT_WIDTH if across else cv2.CC_STAT_HEIGHT] >= LENGTH * height
        long[0] = False
        kept = long[labels].astype(np.uint8)
        lines |= cv2.dilate(kept, np.ones((1, 7) if across else (7, 1), np.uint8))
    return cv2.dilate(lines, np.ones((2, 2), np.uint8))


def _regions(page: Grey, lines: npt.NDArray[np.uint8], height: float) -> list[Region]:
    """The cells between lines, from top to bottom."""
    count, labels, boxes, _ = cv2.connectedComponentsWithStats(1 - lines, connectivity=4)
    found = []
    for label in range(1, count):
        left, top, width, tall = (int(v) for v in boxes[label, :4])
        if not WIDTHS[0] * height <= width <= WIDTHS[1] * height:
            continue
        if not HEIGHTS[0] * height <= tall <= HEIGHTS[1] * height:
            continue
        sides = left == 0, top == 0, left + width == page.shape[1], top + tall == page.shape[0]
        window = slice(top, top + tall), slice(left, left + width)
        if sum(sides) > 2 or not _is_rectangle(labels[window] == label):
            continue
        box = left, top, left + width, top + tall
        found.append(Region(*box, _ink(page[window]), not any(sides)))
    return found


def _is_rectangle(inside: npt.NDArray[np.bool_]) -> bool:
    contours, _ = cv2.findContours(
        inside.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE
    )
    outline = max(contours, key=cv2.contourArea)
    _, (width, height), _ = cv2.minAreaRect(outline)
    return bool(cv2.contourArea(outline) >= RECTANGULAR * width * height)


def _ink(cell: Grey) -> float:
    """How far the ink in a cell stands out of its ground, in levels. In a wide cell a single 1 has
    but a small share."""
    height, width = cell.shape
    within = int(INSET * min(height, width))
    part = cell[within : height - within, within : width - within].astype(np.float32)
    share = ONE_DIGIT * min(1.0, height / width)
    return percentile(part, 100 - share) - percentile(part, 40) if part.size else 0.0


def _grids(regions: Sequence[Region], height: float) -> list[Grid]:
    """The cells of each grid, by row and column; a cell that stands alone is a grid of its own,
    unless the edge of the picture is a side of it."""
    right, below = _neighbours(regions, height)
    left = {b: a for a, b in right.items()}
    above = {b: a for a, b in below.items()}
    steps = ((right, 0, 1), (left, 0, -1), (below, 1, 0), (above, -1, 0))
    grids, seen = [], set()
    for start in range(len(regions)):
        if start in seen:
            continue
        seen.add(start)
        places = {start: (0, 0)}
        waiting = deque([start])
        while waiting:
            at = waiting.popleft()
            for neighbour, down, across in steps:
                other = neighbour.get(at)
                if other is not None and other not in seen:
                    seen.add(other)
                    places[other] = (places[at][0] + down, places[at][1] + across)
                    waiting.append(other)
        first = tuple(min(place[side] for place in places.values()) for side in (0, 1))
        grid: Grid = {}
        for index, (row, column) in places.items():
            grid.setdefault((row - first[0], column - first[1]), regions[index])
        if len(grid) > 1 or regions[start].is_closed:
            grids.append(grid)
    return grids


def _neighbours(regions: Sequence[Region], height: float) -> tuple[dict[int, int], dict[int, int]]:
    """The neighbours to the right, and those below, by index."""
    right: dict[int, tuple[float, int]] = {}
    below: dict[int, tuple[float, int]] = {}
    ordered = sorted(range(len(regions)), key=lambda i: regions[i].top)
    for position, i in enumerate(ordered):
        a = regions[i]
        for j in ordered[position + 1 :]:
            b = regions[j]
            if b.top > a.bottom + ASIDE * height:
                break
            for first, second, one, other in ((i, j, a, b), (j, i, b, a)):
                gap = other.left - one.right
                level = min(one.bottom, other.bottom) - max(one.top, other.top)
                if (
                    -0.3 * height <= gap <= ASIDE * height
                    and level >= SHARED * min(one.height, other.height)
                    and _alike(one.height, other.height)
                ):
                    right[first] = min(right.get(first, (np.inf, -1)), (abs(gap), second))
            gap = b.top - a.bottom
            shared = min(a.right, b.right) - max(a.left, b.left)
            if (
                -0.3 * height <= gap
                and shared >= SHARED * min(a.width, b.width)
                and _alike(a.width, b.width)
            ):
                below[i] = min(below.get(i, (np.inf, -1)), (abs(gap), j))
    return {i: j for i, (_, j) in right.items()}, {i: j for i, (_, j) in below.items()}


def _alike(a: float, b: float) -> bool:
    return max(a, b) <= ALIKE * min(a, b)


def _with_ink(grid: Grid) -> list[tuple[tuple[int, int], Region, bool]]:
    """The cells of a grid in reading order, and whether nothing is written in each."""
    clearest = max(region.ink for region in grid.values())
    limit = max(SPREAD, INKED * clearest)
    return [(place, grid[place], grid[place].ink < limit) for place in sorted(grid)]


def _box(region: Region, scale: float, shape: tuple[int, ...]) -> Box:
    """The box of a cell in pixels of the picture."""
    left, top = max(0, round(region.left / scale)), max(0, round(region.top / scale))
    right = min(shape[1], round(region.right / scale))
    bottom = min(shape[0], round(region.bottom / scale))
    return left, top, max(left + 1, right), max(top + 1, bottom)
