"""A tile of each character of a strip, for the second reader.

The ink is found anew in the part of the picture around the strip, as for a picture of one digit; a
box takes the components that lie in it, and what reaches beyond it is cut off at its sides. Where
strokes are lost by that (faint ink beside ruling), the strip itself gives the tile.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tenfold.framing.frame import Tile, frame_ink
from tenfold.framing.ink import Ink, components_of, ink_of, stroke_of
from tenfold.framing.picture import Picture
from tenfold.framing.strip import BEYOND, STRIP_DIGIT_HEIGHT
from tenfold.reading.locate.found_strips import FoundStrip
from tenfold.reading.strings.characters import BoxInStrip

AROUND = 0.35  # of a digit's height: how much of the picture around the boxes is looked at
SLACK = 0.08  # of a digit's height: the ink may reach so far beyond its box
WITHIN = 0.5  # of a component's width: less within the box belongs to a neighbour
LOST = 0.5  # of the strip's ink: where the picture shows less, its strokes are broken
INK_LEVEL = 110  # of a strip, 0..255: from here on it is ink where the picture shows none
BESIDE = 5  # pixels of a strip at either side of a box, where its ground is seen too
GROUND_PERCENTILE = 20  # of the pixels of a box and beside it: a fifth is ground at least

Window = tuple[int, int, int, int]  # left, top, right, bottom in pixels


@dataclass(frozen=True, eq=False)
class StripInk:
    """The ink of a picture around a strip; `left` and `top` are the corner of that part in the
    picture."""

    ink: Ink
    left: int
    top: int

    def window_of(self, strip: FoundStrip, box: BoxInStrip) -> Window:
        """A box of the strip in pixels of `ink`, as far as it lies there."""
        left, top, right, bottom = strip.box_in_picture(*box)
        left, right = left - self.left, right - self.left
        top, bottom = top - self.top, bottom - self.top
        height, width = self.ink.mask.shape
        left, top = min(max(0, left), width - 1), min(max(0, top), height - 1)
        return left, top, max(left + 1, min(width, right)), max(top + 1, min(height, bottom))


def ink_around(picture: Picture, strip: FoundStrip, boxes: Sequence[BoxInStrip]) -> StripInk:
    """The ink of a picture around some boxes of a strip."""
    corners = np.array([strip.box_in_picture(*box) for box in boxes])
    around = AROUND * strip.digit_height
    height, width = picture.pixels.shape[:2]
    left, top = (int(max(0, value - around)) for value in corners[:, :2].min(axis=0))
    right, bottom = (int(value + around) + 1 for value in corners[:, 2:].max(axis=0))
    left, top = min(left, width - 1), min(top, height - 1)
    right, bottom = max(left + 1, min(width, right)), max(top + 1, min(height, bottom))
    part = np.ascontiguousarray(picture.pixels[top:bottom, left:right])
    return StripInk(ink_of(Picture(part, right - left, bottom - top)), left, top)


def tile_of_character(
    around: StripInk, strip: FoundStrip, box: BoxInStrip
) -> tuple[Tile, tuple[str, ...]]:
    """The tile of a character, and notes on its framing."""
    window = around.window_of(strip, box)
    slack = max(1, round(SLACK * (window[3] - window[1])))
    levels, mask = _within(around.ink, window, slack)
    scale = strip.digit_height / STRIP_DIGIT_HEIGHT
    of_strip = _of_strip(strip, box)
    if mask.sum() < LOST * scale * scale * of_strip[1].sum() or not mask.any():
        levels, mask = of_strip
    stroke, factor = stroke_of(levels, mask)
    changed = (f"{'thickened' if factor > 1 else 'thinned'} {factor:.1f}x",)
    return frame_ink(stroke), changed if factor != 1.0 else ()


def _within(
    ink: Ink, window: Window, slack: int
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.uint8]]:
    """Levels and mask of the ink in a window and its slack, neighbours' ink left out."""
    left, top, right, bottom = window
    height, width = ink.mask.shape
    x0, y0 = max(0, left - slack), max(0, top - slack)
    x1, y1 = min(width, right + slack), min(height, bottom + slack)
    levels, mask = ink.levels[y0:y1, x0:x1], ink.mask[y0:y1, x0:x1]
    components = components_of(np.ascontiguousarray(mask))
    starts = components.stats[:, 0] + x0
    ends = starts + components.stats[:, 2]
    shared = np.minimum(ends, right) - np.maximum(starts, left)
    return levels, components.where(shared >= WITHIN * np.maximum(1, ends - starts))


def _of_strip(
    strip: FoundStrip, box: BoxInStrip
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.uint8]]:
    """Levels and mask of a box of the strip itself, above the ground beside it: a strip is
    stretched as a whole, so one that lies half in shadow has two grounds."""
    left, top, right, bottom = (round(value) for value in box)
    left, top = max(0, left), max(0, top)
    right, bottom = max(left + 1, right), max(top + 1, bottom)
    beside = strip.pixels[top:bottom, max(0, left - BESIDE) : right + BESIDE].astype(np.float32)
    shown = beside[beside > BEYOND]
    ground = np.percentile(shown, GROUND_PERCENTILE) if shown.size else float(BEYOND)
    part = strip.pixels[top:bottom, left:right].astype(np.float32)
    levels = np.clip((part - ground) * (255 / max(1.0, beside.max() - ground)), 0, 255)
    return levels.astype(np.float32), (levels > INK_LEVEL).astype(np.uint8)
