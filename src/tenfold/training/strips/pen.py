"""A pen: figures to polylines with an unsteady hand, and polylines to ink."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from tenfold.training.strips.shapes import Figure

SHIFT = 4  # bits of subpixel positions in cv2's lines
STEPS = 6  # points of a curve between two corners

Points = npt.NDArray[np.float32]  # [n, 2]: x, y
Ink = npt.NDArray[np.float32]  # [height, width] in 0..1


def strokes_of(figure: Figure) -> list[Points]:
    """The strokes of a figure between the lifts of the pen, each float32 [n, 2]."""
    strokes: list[list[tuple[float, float]]] = [[]]
    for corner in figure:
        if corner is None:
            strokes.append([])
        else:
            strokes[-1].append(corner)
    return [np.array(stroke, np.float32) for stroke in strokes if len(stroke) > 1]


def curve(points: Points) -> Points:
    """A Catmull-Rom spline through the points: STEPS points for each stretch."""
    if len(points) == 2:
        return points
    padded = np.vstack([2 * points[0] - points[1], points, 2 * points[-1] - points[-2]])
    t = np.arange(STEPS, dtype=np.float32)[:, None] / STEPS
    before, start, end, after = (padded[i : i + len(points) - 1, None] for i in range(4))
    line = 0.5 * (
        2 * start
        + (end - before) * t
        + (2 * before - 5 * start + 4 * end - after) * t**2
        + (3 * start - before - 3 * end + after) * t**3
    )
    return np.vstack([line.reshape(-1, 2), points[-1:]]).astype(np.float32)


def vary_figure(figure: Figure, rng: np.random.Generator, amount: float) -> Figure:
    """The figure with its corners moved at random: as somebody else would draw it."""
    return [
        None
        if corner is None
        else (corner[0] + rng.normal(0, amount), corner[1] + rng.normal(0, amount))
        for corner in figure
    ]


def unsteady(strokes: Sequence[Points], rng: np.random.Generator, amount: float) -> list[Points]:
    """Strokes moved by a smooth field and by a little noise of each corner; corners that meet
    still meet."""
    frequency, phase = rng.normal(0, 5, 2), rng.uniform(0, 2 * np.pi, 2)
    moved = []
    for stroke in strokes:
        across = stroke[:, ::-1]  # x moves with y, and y with x
        moved.append((stroke + amount * np.sin(frequency * across + phase)).astype(np.float32))
    return moved


def draw(ink: Ink, strokes: Sequence[Points], width: float, closed: bool = False) -> None:
    """Draw strokes, in pixels, onto `ink` with a round pen of `width` pixels, anti-aliased."""
    thickness = max(1, round(width))
    layer = np.zeros(ink.shape, np.uint8)
    fixed = [np.round(stroke * (1 << SHIFT)).astype(np.int32) for stroke in strokes]
    cv2.polylines(layer, fixed, closed, 255, thickness, cv2.LINE_AA, SHIFT)
    np.maximum(ink, layer.astype(np.float32) * (min(1.0, width) / 255), out=ink)
