"""The ink in one cell: where it stands, how high its characters are, and which lines it touches."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from tenfold.framing.percentile import percentile
from tenfold.reading.detections import Box
from tenfold.reading.locate.pyramid import Grey

SMALLEST = 8  # pixels: the shorter side of a cell in which a digit can be read
SURELY_INSIDE = 0.18  # of the cell's side: its lines end before
STROKE = 0.35  # of the way from the ground to the strongest ink: pale digits beside strong ones
LOWEST = 0.22  # of the cell's height: lower ink is a mark, dust or what remains of a line
LINE, DEEP = 0.5, 0.15  # of its length, and of the cell: ink along an edge, no deeper, is a line
OF_HIGHEST = 0.5  # of the highest piece: lower pieces say nothing of the height of digits

Touch = tuple[int, int, int]  # a side, 0 to 3 clockwise from the left; from and to along it


class CellInk(NamedTuple):
    """The box of the ink, and that of the cell without its lines, in pixels of the picture; the
    height of the characters, 0 where nothing is written; and where strokes touch the lines."""

    box: Box
    cell: Box
    height: float
    touches: tuple[Touch, ...] = ()

    @property
    def fills(self) -> bool:
        """Whether it reaches from one line to the opposite one: it is larger than the cell."""
        sides = {side for side, _, _ in self.touches}
        return {0, 2} <= sides or {1, 3} <= sides


def ink_in(grey: Grey, cell: Box, *, ink_is_dark: bool) -> CellInk:
    """The writing in a cell of a picture, uint8 [h, w]."""
    left, top, right, bottom = cell
    part = grey[top:bottom, left:right]
    if min(part.shape) < SMALLEST:
        return CellInk(cell, cell, 0.0)
    part = 255 - part if ink_is_dark else part
    within = int(SURELY_INSIDE * min(part.shape))
    inside = part[within : part.shape[0] - within, within : part.shape[1] - within]
    ground, strongest = percentile(inside, 40), percentile(inside, 99.5)
    mask = (part > ground + STROKE * (strongest - ground)).astype(np.uint8)
    down, across = _without_lines(mask), _without_lines(mask.T)
    left, top, right, bottom = (
        left + across.start,
        top + down.start,
        left + across.stop,
        top + down.stop,
    )
    mask = mask[down, across]
    _, _, boxes, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    rows, columns = mask.shape
    deep = DEEP * min(rows, columns)
    pieces: list[Box] = []
    touches: list[Touch] = []
    for x, y, wide, high, _ in boxes[1:].tolist():
        sides = x == 0, y == 0, x + wide == columns, y + high == rows
        upright = any(sides[::2]) and wide < min(LINE * high, deep)
        level = any(sides[1::2]) and high < min(LINE * wide, deep)
        if upright or level:
            continue
        ends = (y + top, y + high + top), (x + left, x + wide + left)
        touches += [(side, *ends[side % 2]) for side in range(4) if sides[side]]
        if high >= LOWEST * rows:
            pieces.append((x, y, x + wide, y + high))
    inner = left, top, right, bottom
    if not pieces:
        return CellInk(inner, inner, 0.0, tuple(touches))
    x0, y0, x1, y1 = zip(*pieces, strict=True)
    heights = sorted(piece[3] - piece[1] for piece in pieces)
    high_ones = [height for height in heights if height >= OF_HIGHEST * heights[-1]]
    box = min(x0) + left, min(y0) + top, max(x1) + left, max(y1) + top
    return CellInk(box, inner, float(high_ones[len(high_ones) // 2]), tuple(touches))


def _without_lines(mask: npt.NDArray[np.uint8]) -> slice:
    """The rows of a mask that are left when those at both ends that are lines are taken off."""
    count = len(mask)
    most = int(SURELY_INSIDE * min(mask.shape))
    is_line = mask.mean(axis=1) > LINE
    first = next((at for at in range(most) if not is_line[at]), most)
    last = next((at for at in range(most) if not is_line[count - 1 - at]), most)
    return slice(max(1, first), count - max(1, last))
