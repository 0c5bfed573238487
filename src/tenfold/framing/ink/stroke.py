"""The width of strokes, normalised to that of MNIST where it is far from it."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from tenfold.digits import INK_BOX
from tenfold.framing.ink.components import components_of
from tenfold.framing.percentile import percentile

WORK = 4  # pixels of the working copy for each pixel of the tile
PALE = 40.0  # levels; the margin of a stroke is paler
BLUR_MAX = 3.0  # pixels of the working copy; steps of coarse pixels are smoothed by no more
PAD = 12  # pixels around the working copy, for strokes to grow into
THIN, THICK = 1.7, 4.4  # pixels of the tile; MNIST's strokes lie between
AIM_THIN, AIM_THICK = 2.3, 3.8  # to which other strokes are widened or narrowed

PAPER, FULL = 0.2, 0.85  # of the strength of a digit: lower levels are paper, higher ones full ink
SPECK = 0.1  # of the largest component's extent

InkPixels = npt.NDArray[np.uint8]  # [height, width], 0 on paper, 255 in a full stroke


def stroke_of(
    levels: npt.NDArray[np.float32], mask: npt.NDArray[np.uint8]
) -> tuple[InkPixels, float]:
    """The ink of one digit, uint8 [h, w], scaled to its strength, with strokes about as wide as
    MNIST's; and the factor by which their width changed.

    `levels` are those of an Ink; `mask` uint8 marks the pixels of the digit. The soft edges beside
    them are included.
    """
    full = percentile(levels[mask > 0], 75) if mask.any() else 0.0
    if full <= 0:
        return np.zeros((1, 1), np.uint8), 1.0
    near = cv2.dilate(mask, np.ones((3, 3), np.uint8))
    ink = np.clip((levels / full - PAPER) / (FULL - PAPER), 0, 1) * near
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    cut = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return normalise_stroke((cut * 255).round().astype(np.uint8))


def without_specks(mask: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """The mask without components that are far smaller than the largest."""
    components = components_of(mask)
    extents = components.extents
    return components.where(extents >= SPECK * extents[1:].max(initial=0))


def stroke_width(ink: InkPixels) -> float:
    """The mean width of strokes in pixels: the mean distance to the edge is a quarter of the
    width."""
    mask = (ink > 127).astype(np.uint8)
    left, top, width, height = cv2.boundingRect(mask)
    if not width:
        return 0.0
    cut = mask[top : top + height, left : left + width]
    cut = cv2.copyMakeBorder(cut, 1, 1, 1, 1, cv2.BORDER_CONSTANT)
    distance = cv2.distanceTransform(cut, cv2.DIST_L2, 5)
    return float(4 * (distance[distance > 0] - 0.5).mean() + 0.0)


def normalise_stroke(ink: InkPixels) -> tuple[InkPixels, float]:
    """Ink uint8 that is cut to its box, scaled to WORK times a tile's size, with strokes widened or
    narrowed; and the factor of the change, 1.0 for none."""
    height, width = ink.shape
    scale = WORK * INK_BOX / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    interpolation = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    work = cv2.resize(ink, size, interpolation=interpolation)
    if scale < 1 and work.any():
        # a hairline that is made smaller turns pale: back to full ink
        full = percentile(work[work > 0], 90)
        work = np.clip(work * (255 / max(full, PALE)), 0, 255).astype(np.uint8)
    work = cv2.copyMakeBorder(work, PAD, PAD, PAD, PAD, cv2.BORDER_CONSTANT)
    if scale > 1.5:
        work = cv2.GaussianBlur(work, (0, 0), min(0.4 * scale, BLUR_MAX))
    width_now = stroke_width(work) / WORK
    aim = AIM_THIN if width_now < THIN else AIM_THICK if width_now > THICK else width_now
    if width_now == 0 or aim == width_now:
        return work, 1.0
    # growing strokes grow the box too, which shrinks them again: x 20 / (20 + growth)
    radius = round(WORK * abs(aim - width_now) / 2 * (1 + (aim - width_now) / INK_BOX))
    if radius < 1:
        return work, 1.0
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
    changed = cv2.dilate(work, disc) if aim > width_now else cv2.erode(work, disc)
    return changed, aim / width_now
