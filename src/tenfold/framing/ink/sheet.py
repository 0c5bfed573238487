"""A sheet of paper on a table: its surroundings are replaced by paper."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from tenfold.framing.ink.paper import median_colour
from tenfold.framing.percentile import median

STROKES = 0.06  # of the side: narrower structures are removed before the search for the sheet
AREA_MIN, AREA_MAX = 0.1, 0.97  # of the picture
CONVEX = 0.93  # of its convex hull, which a sheet fills at least
DARKER = 0.55  # of the sheet's level; hardly any shadow is darker
TINT = 0.035  # in the shares of red, green and blue; a shadow changes them less
STEP = 25.0  # levels between sheet and table, at least
NEAR = 3  # pixels of the small copy, which belong to neither side of the edge
MARGIN = 0.012  # of the side: the sheet's edge and its shadow are removed too

Pixels = npt.NDArray[np.uint8]  # [h, w] or [h, w, 3]
Window = tuple[slice, slice]  # rows and columns of a picture
WHOLE: Window = (slice(None), slice(None))


def sheet_alone(pixels: Pixels, small: Pixels) -> tuple[Pixels, Window]:
    """The picture with the colour of the sheet continued beyond its edges, and the window of the
    sheet. Where there is no sheet on something else, the unchanged picture and WHOLE. `small` is a
    copy of SMALL pixels."""
    sheet = _sheet(small)
    if sheet is None:
        return pixels, WHOLE
    size = pixels.shape[1::-1]
    inside = cv2.resize(sheet, size, interpolation=cv2.INTER_LINEAR)
    inside = inside.reshape(*inside.shape, *[1] * (pixels.ndim - 2))
    beyond = cv2.resize(_continued(small, sheet), size, interpolation=cv2.INTER_LINEAR)
    blended = pixels * inside + beyond.reshape(pixels.shape) * (1 - inside)
    return blended.round().astype(np.uint8), _window(sheet, len(pixels) / len(small))


def _window(sheet: npt.NDArray[np.float32], scale: float) -> Window:
    rows, columns = np.flatnonzero(sheet.any(axis=1)), np.flatnonzero(sheet.any(axis=0))
    return (
        slice(int(rows[0] * scale), int((rows[-1] + 1) * scale)),
        slice(int(columns[0] * scale), int((columns[-1] + 1) * scale)),
    )


def _sheet(small: Pixels) -> npt.NDArray[np.float32] | None:
    """The sheet without its margin, float32 [h, w], 1 inside; None where there is no sheet."""
    side = max(small.shape[:2])
    kernel = np.ones((max(3, int(STROKES * side)),) * 2, np.uint8)
    if min(small.shape[:2]) < 2 * len(kernel):
        return None
    closed = cv2.morphologyEx(cv2.medianBlur(small, 5), cv2.MORPH_CLOSE, kernel)
    grey = closed if closed.ndim == 2 else cv2.cvtColor(closed, cv2.COLOR_RGB2GRAY)
    _, bright = cv2.threshold(grey, 0, 1, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    bright = cv2.morphologyEx(bright, cv2.MORPH_OPEN, kernel, borderType=cv2.BORDER_REPLICATE)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(bright, connectivity=4)
    if len(stats) < 2:
        return None
    largest = 1 + int(stats[1:, cv2.CC_STAT_AREA].argmax())
    sheet, convex = _outline((labels == largest).astype(np.uint8))
    if convex < CONVEX or not AREA_MIN <= sheet.mean() <= AREA_MAX:
        return None
    if not _lies_on_something(closed, grey, sheet):
        return None
    pixels = 2 * (1 + int(MARGIN * side)) + 1
    # what the picture's edge cuts off is no edge of the sheet
    smaller = cv2.erode(sheet, np.ones((pixels, pixels), np.uint8)).astype(np.float32)
    return smaller if smaller.any() else None


def _outline(region: npt.NDArray[np.uint8]) -> tuple[npt.NDArray[np.uint8], float]:
    """A region with its holes filled, and the share of its convex hull that it fills."""
    contours, _ = cv2.findContours(region, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    outline = max(contours, key=cv2.contourArea)
    filled = cv2.drawContours(np.zeros_like(region), [outline], -1, 1, -1)
    hull = cv2.contourArea(cv2.convexHull(outline))
    return filled, float(cv2.contourArea(outline) / max(hull, 1.0))


def _lies_on_something(
    closed: Pixels, grey: npt.NDArray[np.uint8], sheet: npt.NDArray[np.uint8]
) -> bool:
    """Whether the surroundings are a table rather than a shadow: much darker, or of another
    colour."""
    near = np.ones((2 * NEAR + 1,) * 2, np.uint8)
    far = np.ones((6 * NEAR + 1,) * 2, np.uint8)
    within = cv2.erode(sheet, near) > 0
    without = cv2.dilate(sheet, near) == 0
    band_in = within & (cv2.erode(sheet, far) == 0)
    band_out = without & (cv2.dilate(sheet, far) > 0)
    if not band_in.any() or not band_out.any():
        return False
    level, around = median(grey[band_in]), median(grey[band_out])
    if level - around < STEP:
        return False
    if closed.ndim == 3:
        tint = median_colour(closed[band_in]) / max(3 * level, 1)
        other = median_colour(closed[band_out]) / max(3 * around, 1)
        if np.abs(tint / tint.sum() - other / other.sum()).max() > TINT:
            return True
    return around < DARKER * level


def _continued(small: Pixels, sheet: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """The colour of the sheet at every pixel. Beyond its edges, it is the mean over windows that
    grow until they reach the sheet."""
    kernel = np.ones((max(3, int(STROKES * max(small.shape))),) * 2, np.uint8)
    colour = cv2.morphologyEx(cv2.medianBlur(small, 5), cv2.MORPH_CLOSE, kernel)
    colour = colour.reshape(*small.shape[:2], -1).astype(np.float32)
    filled, weight = colour * sheet[..., None], sheet.copy()
    size = 9
    while (weight < 1e-3).any():
        blurred = cv2.blur(filled, (size, size)).reshape(filled.shape)
        share = cv2.blur(weight, (size, size))
        new = (weight < 1e-3) & (share > 1e-3)
        filled[new] = blurred[new] / share[new][:, None]
        weight[new] = 1.0
        size = 2 * size + 1
    return filled
