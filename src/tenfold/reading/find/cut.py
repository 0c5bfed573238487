"""Cuts between digits that touch: seams of little ink from top to bottom, by dynamic programming
(as in seam carving)."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

ROWS = 48  # the height to which a part is scaled before the search for seams
REACH = 10  # columns that a seam may lean to either side, on that scale
SIDESTEP = 0.12  # what a step to the side costs, in pixels of ink
CUTS_MAX = 10
MASS_MIN = 0.04  # of the ink: less is no piece of a digit

Mask = npt.NDArray[np.uint8]


def work_of_cutting(mask: Mask) -> int:
    """About how many pixels `cut_mask` will process: those of the pieces, which overlap, and all
    leans of a seam at each pixel of the scaled copy."""
    height, width = mask.shape
    return 2 * mask.size + round(width * ROWS / height) * ROWS * (2 * REACH + 1)


def cut_mask(mask: Mask, cuts: int = CUTS_MAX) -> list[Mask]:
    """The pieces of a mask uint8 [h, w], from left to right: cut at up to `cuts` of the seams that
    cross least ink. One piece where no seam separates enough ink."""
    height, width = mask.shape
    scale = ROWS / height
    columns = max(3, round(width * scale))
    small = cv2.resize(mask.astype(np.float32), (columns, ROWS), interpolation=cv2.INTER_AREA)
    costs, seams = _seams(small)
    masses = _masses(small, seams)
    chosen = _lowest(costs, masses, cuts)
    rows = (np.arange(height) + 0.5) * scale - 0.5
    pieces, previous = [], np.zeros(height)
    for start in chosen:
        path = np.interp(rows, np.arange(ROWS), seams[start]) / scale
        pieces.append(_between(mask, previous, path))
        previous = np.maximum(path, previous)
    pieces.append(_between(mask, previous, np.full(height, width)))
    return [piece for piece in pieces if piece.any()]


def _between(mask: Mask, begin: npt.NDArray[np.float64], end: npt.NDArray[Any]) -> Mask:
    """The mask between two paths; a path has a column for each row."""
    first, last = max(0, int(begin.min())), int(np.ceil(end.max()))
    across = np.arange(first, min(last, mask.shape[1]))
    piece = np.zeros_like(mask)
    inside = (across >= begin[:, None]) & (across < end[:, None])
    piece[:, first:last] = mask[:, first:last] * inside
    return piece


def _seams(ink: npt.NDArray[np.float32]) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """The cheapest seam within REACH of each column: costs [columns] and paths [columns, rows].

    Dynamic programming over the rows, for all columns at once.
    """
    rows, columns = ink.shape
    lean = np.arange(-REACH, REACH + 1)
    at = np.clip(np.arange(columns)[:, None] + lean, 0, columns - 1)  # [columns, leans]
    total = ink[0][at]
    steps_back = np.zeros((rows, columns, len(lean)), np.int8)
    far = np.full((columns, 1), np.inf, np.float32)
    for row in range(1, rows):
        left = np.hstack([far, total[:, :-1]]) + SIDESTEP
        right = np.hstack([total[:, 1:], far]) + SIDESTEP
        steps = np.stack([left, total, right])
        best = steps.argmin(axis=0)
        steps_back[row] = best - 1
        total = np.take_along_axis(steps, best[None], axis=0)[0] + ink[row][at]
    ends = total.argmin(axis=1)
    costs = total[np.arange(columns), ends]
    path = np.empty((columns, rows), np.int64)
    position = ends
    for row in range(rows - 1, -1, -1):
        path[:, row] = at[np.arange(columns), position]
        position = position + steps_back[row][np.arange(columns), position]
    return costs, path


def _masses(ink: npt.NDArray[np.float32], seams: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The share of the ink to the left of each seam, [columns]."""
    cumulated = np.cumsum(ink, axis=1)
    return cumulated[np.arange(ROWS), seams].sum(axis=1) / ink.sum()


def _lowest(costs: npt.NDArray[Any], masses: npt.NDArray[Any], cuts: int) -> list[int]:
    """The columns of the cheapest seams, sorted; between two seams, and outside, lies some ink."""
    chosen: list[int] = []
    taken = [0.0, 1.0]
    for column in np.argsort(costs, kind="stable"):
        mass = float(masses[column])
        if len(chosen) < cuts and all(abs(mass - other) >= MASS_MIN for other in taken):
            chosen.append(int(column))
            taken.append(mass)
    return sorted(chosen)
