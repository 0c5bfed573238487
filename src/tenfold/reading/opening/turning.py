"""Pictures that lie on their side or upside down: turned upright, and places turned back."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from tenfold.framing.picture import Picture
from tenfold.reading.detections import Box

QUARTER = 90  # degrees

Size = tuple[int, int]  # width, height


def turned(pixels: npt.NDArray[Any], turn: int) -> npt.NDArray[Any]:
    """Pixels [h, w, ...] turned clockwise by `turn` degrees, a multiple of 90."""
    return np.ascontiguousarray(np.rot90(pixels, -(turn // QUARTER)))


def upright(picture: Picture, turn: int) -> Picture:
    """The picture turned clockwise by `turn` degrees."""
    width, height = size_after(turn, (picture.width, picture.height))
    return Picture(turned(picture.pixels, turn), width, height, picture.notes)


def size_after(turn: int, size: Size) -> Size:
    """Width and height of a picture of that size after a turn."""
    return (size[1], size[0]) if turn % 180 else size


def box_after(turn: int, box: Box, size: Size) -> Box:
    """A box in a picture of that size, after the picture was turned clockwise."""
    left, top, right, bottom = box
    for _ in range(turn // QUARTER):
        left, top, right, bottom = size[1] - bottom, left, size[1] - top, right
        size = size_after(QUARTER, size)
    return left, top, right, bottom
