"""Ink of people's digits: the pens, and digits laid side by side on paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from made_paper import Levels, Mask, Random, lay

Digit = npt.NDArray[np.uint8]  # [side, side], dark on white


@dataclass(frozen=True)
class Pen:
    colour: tuple[int, int, int]
    cover: float  # how much of the paper's colour it hides
    grow: float = 0.0  # of the digit's size: strokes wider by this, or thinner
    uneven: float = 0.0  # how much the paper's grain shows in it


PENS = {
    "ballpoint": Pen((38, 44, 120), 0.9),
    "blue": Pen((60, 80, 190), 0.85),
    "black": Pen((25, 25, 28), 0.95),
    "red": Pen((200, 45, 50), 0.9),
    "green": Pen((35, 130, 70), 0.9),
    "pencil": Pen((95, 95, 98), 0.6, uneven=0.25),
    "faint pencil": Pen((125, 125, 128), 0.45, uneven=0.25),
    "marker": Pen((20, 20, 24), 1.0, grow=0.05),
    "felt": Pen((40, 40, 120), 0.95, grow=0.025),
    "fine": Pen((30, 30, 40), 0.9, grow=-0.012),
    "chalk": Pen((235, 235, 225), 0.85, grow=0.02, uneven=0.3),
}
EVERYDAY = ("ballpoint", "black", "blue", "pencil", "fine", "felt", "red", "green")


def stroke(digit: Digit, size: int, grow: float = 0.0) -> Mask:
    """The ink of a digit, 0..1, with crisp edges at any size."""
    fine = cv2.resize(_darkness(digit), (4 * size, 4 * size), interpolation=cv2.INTER_CUBIC)
    fine = cv2.GaussianBlur(fine, (0, 0), 1.2 * size / digit.shape[0])
    solid = (fine > 0.4).astype(np.uint8)
    pixels = 2 * round(4 * size * abs(grow) / 2) + 1
    if pixels > 1:
        disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (pixels, pixels))
        changed = cv2.dilate(solid, disc) if grow > 0 else cv2.erode(solid, disc)
        # a stroke that the pen would lose stays as it is
        solid = changed if changed.sum() > 0.45 * solid.sum() else solid
    return cv2.resize(solid.astype(np.float32), (size, size), interpolation=cv2.INTER_AREA)


def _darkness(digit: Digit) -> Mask:
    """0..1, however faint the digit is."""
    dark = 255.0 - digit.astype(np.float32)
    return dark / max(float(np.percentile(dark, 99.5)), 1.0)


def broken(random: Random, mask: Mask) -> Mask:
    """A pen that skips: one or two gaps across the strokes."""
    side = mask.shape[0]
    inked = np.argwhere(mask > 0.5)
    for _ in range(int(random.integers(1, 3))):
        y, x = inked[int(random.integers(len(inked)))].tolist()
        angle = random.uniform(0, np.pi)
        far = np.array([np.cos(angle), np.sin(angle)]) * side / 6
        ends = (np.array([x, y]) - far).astype(int), (np.array([x, y]) + far).astype(int)
        gap = max(1, round(side * random.uniform(0.02, 0.045)))
        cv2.line(mask, ends[0].tolist(), ends[1].tolist(), 0.0, gap)
    return mask


def write(
    random: Random,
    sheet: Levels,
    digits: Sequence[Digit],
    size: int,
    pen: str,
    places: Sequence[tuple[int, int]],
    *,
    skips: bool = False,
) -> None:
    """Lay digits with their left top corners at `places`."""
    kind = PENS[pen]
    for digit, (x, y) in zip(digits, places, strict=True):
        mask = stroke(digit, size, kind.grow)
        if skips:
            mask = broken(random, mask)
        if kind.uneven:
            mask = mask * np.clip(random.normal(0.9, kind.uneven, mask.shape), 0.3, 1.2)
        soft = cv2.GaussianBlur(np.clip(mask, 0, 1).astype(np.float32), (0, 0), 0.6)
        x = max(0, min(x, sheet.shape[1] - size))
        y = max(0, min(y, sheet.shape[0] - size))
        lay(sheet[y : y + size, x : x + size], soft * kind.cover, kind.colour)


def ink_columns(digit: Digit) -> tuple[float, float]:
    """Where a digit's ink begins and ends, as shares of its width."""
    inked = np.flatnonzero((_darkness(digit) > 0.4).any(axis=0))
    return float(inked[0]) / digit.shape[1], float(inked[-1] + 1) / digit.shape[1]


def row_of(
    random: Random,
    digits: Sequence[Digit],
    size: int,
    left: int,
    top: int,
    gap: tuple[float, float],
) -> list[tuple[int, int]]:
    """Corners of digits side by side, their ink parted by a share of their size."""
    places, x = [], float(left)
    for digit in digits:
        begin, end = ink_columns(digit)
        places.append((round(x - begin * size), top + int(random.normal(0, size / 25))))
        x += (end - begin + random.uniform(*gap)) * size
    return places
