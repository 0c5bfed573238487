"""Ink that is no writing: strokes, rings, scribbles, dust and shapes."""

from __future__ import annotations

import cv2
import numpy as np

from tenfold.training.pages.sheet import Levels, Random, Sheet
from tenfold.training.pages.writing import Pen


def stray_marks(rng: Random, sheet: Sheet, pen: Pen) -> None:
    """Strokes under, over and around numbers, scribbles, dust."""
    height, (rows, columns) = pen.hand.height, sheet.shape
    for _ in range(int(rng.poisson(0.5))):
        x, y = rng.uniform(0, columns), rng.uniform(0, rows)
        length = height * rng.uniform(0.5, 12)
        end = (round(x + length), round(y + rng.normal(0, 0.05) * length))
        cv2.line(
            sheet.levels,
            (round(x), round(y)),
            end,
            pen.level,
            max(1, round(pen.hand.thickness)),
            cv2.LINE_AA,
        )
    if pen.boxes and rng.random() < 0.1:  # a number is circled
        left, top, right, bottom = pen.boxes[int(rng.integers(len(pen.boxes)))]
        centre = (round((left + right) / 2), round((top + bottom) / 2))
        size = (
            round((right - left) * rng.uniform(0.8, 2)),
            round((bottom - top) * rng.uniform(0.7, 1.1)),
        )
        cv2.ellipse(
            sheet.levels,
            centre,
            size,
            0,
            0,
            360,
            pen.level,
            max(1, round(pen.hand.thickness)),
            cv2.LINE_AA,
        )
    if rng.random() < 0.1:
        scribble(rng, sheet.levels, pen.level, height, pen.hand.thickness)
    for _ in range(int(rng.poisson(0.5))):
        at = (int(rng.integers(columns)), int(rng.integers(rows)))
        cv2.circle(sheet.levels, at, max(1, round(height * rng.uniform(0.02, 0.1))), pen.level, -1)


def scribble(rng: Random, levels: Levels, level: float, height: float, thickness: float) -> None:
    """A long smooth stroke to and fro."""
    rows, columns = levels.shape
    t = np.linspace(0, 1, 80)
    waves = rng.normal(0, 1, (2, 6)) / np.arange(1, 7) ** 0.7
    phases = rng.uniform(0, 2 * np.pi, (2, 6))
    turns = np.sin(2 * np.pi * np.arange(1, 7)[:, None] * t + phases[..., None])
    path = np.einsum("ak,akt->ta", waves, turns) * height * rng.uniform(0.6, 4)
    path += np.array([rng.uniform(0, columns), rng.uniform(0, rows)])
    if rng.random() < 0.5:
        path[:, 0] += t * height * rng.uniform(1, 8)
    points = [np.round(path * 16).astype(np.int32)]
    cv2.polylines(levels, points, False, level, max(1, round(thickness)), cv2.LINE_AA, 4)


def shape(rng: Random, levels: Levels, height: float) -> None:
    """A filled or empty ellipse or rectangle, at most six times as large as a digit."""
    rows, columns = levels.shape
    centre = (int(rng.integers(columns)), int(rng.integers(rows)))
    size = (
        max(1, round(height * rng.uniform(0.3, 6))),
        max(1, round(height * rng.uniform(0.3, 6))),
    )
    level, angle = float(rng.uniform(0, 255)), float(rng.uniform(0, 180))
    thick = -1 if rng.random() < 0.6 else max(1, round(height * rng.uniform(0.03, 0.4)))
    if rng.random() < 0.5:
        cv2.ellipse(levels, centre, size, angle, 0, 360, level, thick, cv2.LINE_AA)
    else:
        box = cv2.boxPoints((centre, size, angle)).astype(np.int32)
        cv2.drawContours(levels, [box], -1, level, thick, cv2.LINE_AA)
