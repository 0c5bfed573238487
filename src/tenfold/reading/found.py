"""What was found in a picture, before a model has looked at it."""

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
    """Parts `first` to `last` of a cluster, read as one digit: `tile` is its row in the tiles.

    `prior` is a log probability: how likely the shape and place alone make it, 0 for no doubt.
    """

    first: int
    last: int
    tile: int
    box: Box
    prior: float = 0.0
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Cluster:
    """Ink that may be one digit or several: `parts` from left to right, and every way in which
    neighbours may belong together. Each part is in a span of its own."""

    parts: int
    spans: tuple[Span, ...]


@dataclass(frozen=True, eq=False)
class Found:
    """`tiles` uint8 [n, 28, 28]: all that a model must look at; `rows` in reading order. `whole`:
    all the ink as one digit, where it is compact enough for a digit that is broken to bits."""

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
    """A picture that is one tile already."""
    cluster = Cluster(1, (Span(0, 0, 0, (0, 0, SIDE, SIDE)),))
    return Found(tile[None], ((cluster,),), SIDE, SIDE, file, None, notes, (("picture", tile),))
