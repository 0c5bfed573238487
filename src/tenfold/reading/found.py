"""The result of the search of a picture: what the model is to classify."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from tenfold.digits import SIDE, Images

Box = tuple[int, int, int, int]  # left, top, right, bottom; pixels of the EXIF-turned picture
Reason = Literal["blank", "no_digits", "too_much_text"]
Stage = tuple[str, npt.NDArray[np.uint8]]


JOINED, CUT, AT_EDGE = "joined", "cut", "cut off by the picture's edge"  # notes on spans
NO_TILES: Images = np.zeros((0, SIDE, SIDE), np.uint8)


@dataclass(frozen=True)
class Span:
    """Parts `first` to `last` of a cluster, read as one digit; `tile` is its row in the tiles.

    `prior` is the log of the probability that follows from shape and place alone; 0 is certain.
    """

    first: int
    last: int
    tile: int
    box: Box
    prior: float = 0.0
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Cluster:
    """Ink that may be one digit or several: the number of its `parts`, counted from left to right,
    and the spans of neighbouring parts that may be one digit. Each part is a span by itself too."""

    parts: int
    spans: tuple[Span, ...]


@dataclass(frozen=True, eq=False)
class Found:
    """The candidate tiles of a picture, uint8 [n, 28, 28], and its clusters in reading order.

    `whole` is all the ink as one digit, where it is compact enough for a digit in many pieces.
    `width` and `height` are those of the whole picture; boxes are in its pixels.
    """

    tiles: Images
    rows: tuple[tuple[Cluster, ...], ...]
    width: int
    height: int
    file: str = ""
    reason: Reason | None = None
    notes: tuple[str, ...] = ()
    stages: tuple[Stage, ...] = ()
    error: str | None = None
    whole: Span | None = None


def found_tile(
    tile: npt.NDArray[np.uint8], *, file: str = "", notes: tuple[str, ...] = ()
) -> Found:
    """The result for a picture that is a tile already, uint8 [28, 28]."""
    cluster = Cluster(1, (Span(0, 0, 0, (0, 0, SIDE, SIDE)),))
    return Found(tile[None], ((cluster,),), SIDE, SIDE, file, None, notes, (("picture", tile),))
