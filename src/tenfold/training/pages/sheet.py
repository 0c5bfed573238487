"""A page while it is composed: its levels, and what the locator is to say about each place."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

Random = np.random.Generator
Levels = npt.NDArray[np.float32]  # [height, width]
Place = tuple[float, float]  # x, y

BAND = 0.27  # of a digit's height above and below its middle: rows that touch stay apart


@dataclass(eq=False)
class Sheet:
    """Maps float32 [height, width] of a page.

    `levels` 0..255. `digits`: 1 in the band along the middle of a row of digits. `others`: the same
    for letters and scribbles. `heights`: of the writing, in pixels, on these bands. `bright`: 1 on
    bands whose ink is brighter than the paper. `weight`: 0 where it is left open what is right.
    """

    levels: Levels
    digits: Levels
    others: Levels
    heights: Levels
    bright: Levels
    weight: Levels

    @property
    def shape(self) -> tuple[int, int]:
        height, width = self.levels.shape
        return height, width

    @property
    def maps(self) -> tuple[Levels, ...]:
        return self.digits, self.others, self.heights, self.bright, self.weight


def blank_sheet(levels: Levels) -> Sheet:
    """A page on which nothing is written yet."""
    shape = levels.shape
    digits, others, heights, bright = np.zeros((4, *shape), np.float32)
    weight = np.ones(shape, np.float32)
    return Sheet(levels.astype(np.float32), digits, others, heights, bright, weight)


def lay(levels: Levels, ink: Levels, x: float, y: float, level: float, cover: float = 1.0) -> None:
    """Lay ink, float32 [h, w] in 0..1, with its left top corner at (x, y); what is off is cut."""
    left, top = round(x), round(y)
    height, width = ink.shape
    y0, x0 = max(0, top), max(0, left)
    y1, x1 = min(levels.shape[0], top + height), min(levels.shape[1], left + width)
    if y0 >= y1 or x0 >= x1:
        return
    region = levels[y0:y1, x0:x1]
    share = cover * ink[y0 - top : y1 - top, x0 - left : x1 - left]
    region += share * (level - region)


def mark_band(
    sheet: Sheet,
    start: Place,
    end: Place,
    height: float,
    *,
    digits: bool = True,
    bright: bool = False,
    value: float = 1.0,
) -> None:
    """Say that writing of some height stands between two places on its middle line."""
    half = BAND * height
    corners = np.array(
        [
            (start[0], start[1] - half),
            (end[0], end[1] - half),
            (end[0], end[1] + half),
            (start[0], start[1] + half),
        ]
    )
    polygon = [np.round(corners * 16).astype(np.int32)]
    target = sheet.digits if digits else sheet.others
    cv2.fillPoly(target, polygon, value, cv2.LINE_8, 4)
    cv2.fillPoly(sheet.heights, polygon, float(height), cv2.LINE_8, 4)
    cv2.fillPoly(sheet.bright, polygon, float(bright), cv2.LINE_8, 4)


def leave_open(sheet: Sheet, left: float, top: float, right: float, bottom: float) -> None:
    """Take a box out of what the locator learns."""
    rows, columns = (
        slice(max(0, int(top)), int(bottom) + 1),
        slice(max(0, int(left)), int(right) + 1),
    )
    sheet.weight[rows, columns] = 0
