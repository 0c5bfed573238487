"""Candidate tiles: each set of ink that may be one digit, framed, with the work counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from tenfold.framing.frame import Tile, frame_ink
from tenfold.framing.ink import Ink, stroke_of
from tenfold.reading.detections import AT_EDGE, Span
from tenfold.reading.find.ink_part import InkPart

CANDIDATES_MAX = 2000  # tiles; MAIN_MAX parts alone and joined, twice each, and some cuts
PIXELS_MAX = 100_000_000  # in all candidates; of 5,162 real pictures, the most has 9 in 1 megapixel


class TooMuchWork(Exception):
    """There are more candidates, or larger ones, than digits make; the text says how many."""


@dataclass
class Candidates:
    """Frames sets of components, or masks, as tiles; collects the tiles and counts their cost.

    Its methods raise TooMuchWork.
    """

    ink: Ink
    labels: npt.NDArray[np.int32]
    scale: float  # pixels of the whole picture for one of the working picture
    tiles: list[Tile] = field(default_factory=list)
    pixels: int = 0

    def count_pixels(self, pixels: int) -> None:
        """Count pixels before they are processed."""
        self.pixels += pixels
        if self.pixels > PIXELS_MAX:
            millions = PIXELS_MAX // 1_000_000
            raise TooMuchWork(f"given up: more than {millions} million pixels in candidates")

    def mask_of(self, parts: Sequence[InkPart]) -> tuple[npt.NDArray[np.uint8], tuple[int, int]]:
        """The mask of some parts, uint8 in their common box; and the left and top of that box."""
        left, top = min(p.left for p in parts), min(p.top for p in parts)
        right, bottom = max(p.right for p in parts), max(p.bottom for p in parts)
        self.count_pixels((right - left) * (bottom - top))
        window = self.labels[top:bottom, left:right]
        inside = np.isin(window, [part.label for part in parts])
        return inside.astype(np.uint8), (left, top)

    def add(
        self,
        first: int,
        last: int,
        mask: npt.NDArray[np.uint8],
        corner: tuple[int, int],
        prior: float = 0.0,
        notes: tuple[str, ...] = (),
    ) -> Span:
        """Frame the ink under `mask`, uint8 [height, width], whose left top corner is `corner`."""
        self.count_pixels(mask.size)
        if len(self.tiles) == CANDIDATES_MAX:
            raise TooMuchWork(f"given up: more than {CANDIDATES_MAX:,} candidates")
        rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
        mask = mask[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        left, top = corner[0] + int(columns[0]), corner[1] + int(rows[0])
        bottom, right = top + mask.shape[0], left + mask.shape[1]
        padded, levels = _with_margin(self.ink.levels, mask, left, top)
        stroke, factor = stroke_of(levels, padded)
        if factor != 1.0:
            notes += (f"{'thickened' if factor > 1 else 'thinned'} {factor:.1f}x",)
        height, width = self.ink.levels.shape
        if not self.ink.plain and (left == 0 or top == 0 or right == width or bottom == height):
            notes += (AT_EDGE,)
        self.tiles.append(frame_ink(stroke))
        box = tuple(round(value * self.scale) for value in (left, top, right, bottom))
        return Span(first, last, len(self.tiles) - 1, box, prior, notes)  # type: ignore[arg-type]


def _with_margin(
    levels: npt.NDArray[np.float32],
    mask: npt.NDArray[np.uint8],
    left: int,
    top: int,
    margin: int = 2,
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.float32]]:
    """The mask with a margin, and the levels under both: strokes fade out beyond their mask."""
    height, width = mask.shape
    padded = np.zeros((height + 2 * margin, width + 2 * margin), np.uint8)
    padded[margin:-margin, margin:-margin] = mask
    under = np.zeros(padded.shape, np.float32)
    y0, x0 = max(0, top - margin), max(0, left - margin)
    source = levels[y0 : top + height + margin, x0 : left + width + margin]
    y, x = y0 - (top - margin), x0 - (left - margin)
    under[y : y + source.shape[0], x : x + source.shape[1]] = source
    return padded, under
