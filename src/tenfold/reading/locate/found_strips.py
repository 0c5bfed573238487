"""The result of the search of a picture for writing: strips, and where they come from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tenfold.framing.strip import Strip
from tenfold.reading.detections import Box, Cell, PlaceInGrid

Points = npt.NDArray[np.float64]  # [n, 2]: x, y


@dataclass(frozen=True, eq=False)
class FoundStrip:
    """A row of writing, or one number of it, cut out of a picture.

    `pixels` follow the contract of `framing/strip.py`. `to_picture` float64 [2, 3] maps (x, y, 1)
    in strip pixels to pixels of the picture that was searched, as it was turned; `sag` is how far,
    in strip pixels, the middle of the row lies below the straight line between its ends. `row`
    counts the rows of the page from 0; several strips may share a row, from left to right.
    `digit_height` is in pixels of the picture, `score` and `other` 0..1 how sure the locator is
    that digits, and other writing, stand here. `pitch`: the pixels of the strip from one box to the
    next, where it runs along a row of equal ones; 0 elsewhere. `box`: the box for one digit that
    it shows alone. `cut_off`: the writing runs into the edge of the picture (left, right).
    """

    pixels: Strip
    to_picture: npt.NDArray[np.float64]
    row: int
    digit_height: float
    score: float
    sag: float = 0.0
    pitch: float = 0.0
    box: PlaceInGrid | None = None
    cut_off: tuple[bool, bool] = (False, False)
    other: float = 0.0

    def points_in_picture(self, points: npt.ArrayLike) -> Points:
        """Map points (x, y) of the strip, [n, 2], to the picture."""
        x, y = np.asarray(points, np.float64).reshape(-1, 2).T
        along = x / self.pixels.shape[1]
        bent = y + self.sag * 4 * along * (1 - along)
        return np.stack([x, bent, np.ones_like(x)], axis=1) @ self.to_picture.T

    def box_in_picture(self, left: float, top: float, right: float, bottom: float) -> Box:
        """Map a box of the strip to the upright box in the picture that holds it."""
        corners = [(left, top), (right, top), (right, bottom), (left, bottom)]
        points = self.points_in_picture(corners)
        (x0, y0), (x1, y1) = np.floor(points.min(axis=0)), np.ceil(points.max(axis=0))
        return int(x0), int(y0), int(x1), int(y1)


@dataclass(frozen=True, eq=False)
class FoundStrips:
    """The strips of a picture in reading order.

    `turn` is the angle in degrees (0, 90, 180, 270) by which the picture was turned clockwise to be
    upright; places are in the picture after that, which is `width` x `height`. `notes` say what a
    user should know, that there was more text than is read. `cells` are the boxes and cells around.
    """

    strips: tuple[FoundStrip, ...]
    width: int
    height: int
    turn: int = 0
    notes: tuple[str, ...] = ()
    cells: tuple[Cell, ...] = ()
