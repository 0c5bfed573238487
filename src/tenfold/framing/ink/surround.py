"""A sheet in a sheet: a slip on a page of another colour, a dark frame of a scanner, filled corners
of a page that was straightened. What is around is painted over with the paper of the sheet.

Unlike the table of `sheet.py`, such a surround has one colour, brighter or darker than the paper.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from tenfold.framing.percentile import median

SMALL = 640  # pixels: the side at which surrounds are looked for
SMALLEST = 24  # pixels: the sides of a sheet
SAME, FLAT = 12, 4  # levels: how far a surround spreads; and one that fills corners alone
EDGES = 0.93  # of the picture's edge, which a surround takes, if it is not in the corners alone
CORNERS_MIN = 0.004  # of the picture
DIFFERS = 14  # levels between surround and paper
PAPER, PAPER_SHARE = 28, 0.5  # levels around the sheet's median; most of a sheet is paper
INK = 40  # levels: something is written on a sheet
RECTANGLE, CONVEX = 0.9, 0.96  # of the smallest rectangle, or the hull, which a sheet fills
ALONE = 0.9  # of all that is no surround
MARGIN = 3  # pixels of the small copy: the sheet's edge goes too

Pixels = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]


def without_surround(pixels: Pixels) -> Pixels:
    """The picture uint8 [h, w] or [h, w, 3] with paper in place of what surrounds its one sheet;
    unchanged, and the same array, where it has no surround."""
    scale = min(1.0, SMALL / max(pixels.shape[:2]))
    small = pixels
    if scale < 1:
        size = tuple(max(1, round(side * scale)) for side in pixels.shape[1::-1])
        small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA).astype(np.uint8)
    grey = small if small.ndim == 2 else cv2.cvtColor(small, cv2.COLOR_RGB2GRAY)
    sheet = _sheet(grey)
    if sheet is None:
        return pixels
    paper = sheet & (np.abs(grey.astype(np.int16) - median(grey[sheet])) <= PAPER)
    beyond = _continued(small, paper)
    inside = cv2.resize(sheet.astype(np.float32), pixels.shape[1::-1]) >= 0.999
    beyond = cv2.resize(beyond, pixels.shape[1::-1]).reshape(pixels.shape)
    shown = inside.reshape(*inside.shape, *[1] * (pixels.ndim - 2))
    return np.where(shown, pixels, beyond.round().astype(np.uint8))


def _sheet(grey: Pixels) -> Mask | None:
    """The sheet within its margin; None where there is none."""
    edge = np.concatenate([grey[0], grey[-1], grey[1:-1, 0], grey[1:-1, -1]]).astype(np.int16)
    level = median(edge)
    if float((np.abs(edge - level) <= SAME).mean()) >= EDGES:
        return _within(grey, _around(grey, level, SAME), level, RECTANGLE)
    corners = grey[[0, 0, -1, -1], [0, -1, 0, -1]]
    level = median(corners)
    if np.abs(corners.astype(np.int16) - level).max() > FLAT:
        return None
    around = _around(grey, level, FLAT)
    return None if around.mean() < CORNERS_MIN else _within(grey, around, level, 0.0)


def _around(grey: Pixels, level: float, spread: int) -> Mask:
    """What has the level of a surround and reaches the picture's edge."""
    alike = (np.abs(grey.astype(np.int16) - level) <= spread).astype(np.uint8)
    count, labels = cv2.connectedComponents(alike, connectivity=4)
    at_edge = np.zeros(count, bool)
    for side in (labels[0], labels[-1], labels[:, 0], labels[:, -1]):
        at_edge[side] = True
    at_edge[0] = False
    around: Mask = at_edge[labels]
    return around


def _within(grey: Pixels, around: Mask, level: float, rectangle: float) -> Mask | None:
    """What a surround leaves, if it is one sheet with writing on it."""
    rest = (~around).astype(np.uint8)
    contours, _ = cv2.findContours(rest, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    if not contours:
        return None
    outline = max(contours, key=cv2.contourArea)
    area = cv2.contourArea(outline)
    _, sides, _ = box = cv2.minAreaRect(outline)
    if min(sides) < SMALLEST or area < ALONE * rest.sum() or area < rectangle * np.prod(box[1]):
        return None
    if area < CONVEX * cv2.contourArea(cv2.convexHull(outline)):
        return None
    sheet = cv2.drawContours(np.zeros_like(rest), [outline], -1, 1, -1)
    margin = np.ones((2 * MARGIN + 1,) * 2, np.uint8)
    # what the picture's edge cuts off is no edge of the sheet
    sheet = cv2.erode(sheet, margin).astype(bool)
    return sheet if sheet.any() and _is_paper(grey[sheet], level) else None


def _is_paper(levels: Pixels, surround: float) -> bool:
    """Whether levels are those of paper of another colour than its surround, with ink on it."""
    middle = median(levels)
    apart = np.abs(levels.astype(np.int16) - middle)
    return (
        abs(middle - surround) >= DIFFERS
        and float((apart <= PAPER).mean()) >= PAPER_SHARE
        and float((apart >= INK).mean()) >= CORNERS_MIN
    )


def _continued(small: Pixels, paper: Mask) -> npt.NDArray[np.float32]:
    """The paper's colour at every pixel: beyond it, the mean over windows that grow until they
    reach it."""
    weight = paper.astype(np.float32)
    colours = small.reshape(*small.shape[:2], -1).astype(np.float32) * weight[..., None]
    size = 9
    while (weight < 1).any():
        blurred = cv2.blur(colours, (size, size)).reshape(colours.shape)
        share = cv2.blur(weight, (size, size))
        new = (weight < 1) & (share > 1e-3)
        colours[new] = blurred[new] / share[new][:, None]
        weight[new] = 1.0
        size = 2 * size + 1
    return colours
