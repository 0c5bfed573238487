"""The result of the search of a picture: what the model is to classify."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from tenfold.digits import SIDE, Images
from tenfold.errors import TenfoldError

Box = tuple[int, int, int, int]  # left, top, right, bottom; pixels of the EXIF-turned picture
Reason = Literal["blank", "no_digits", "too_much_text"]
Pixels = npt.NDArray[np.uint8]
Stage = tuple[str, Pixels]


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
    `width` and `height` are those of the whole picture; boxes are in its pixels. `page` counts from
    1 among the `pages` of the file; it is None for a file that could not be opened. `picture` is
    the opened picture, uint8 [h, w] or [h, w, 3], where it was asked for.
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
    page: int | None = 1
    pages: int = 1
    picture: Pixels | None = None


def found_tile(
    tile: npt.NDArray[np.uint8], *, file: str = "", notes: tuple[str, ...] = ()
) -> Found:
    """The result for a picture that is a tile already, uint8 [28, 28]."""
    cluster = Cluster(1, (Span(0, 0, 0, (0, 0, SIDE, SIDE)),))
    return Found(tile[None], ((cluster,),), SIDE, SIDE, file, None, notes, (("picture", tile),))


def found_error(problem: TenfoldError, file: str, page: int | None = None, pages: int = 1) -> Found:
    """The result for a picture or a page that could not be opened. Its error does not repeat the
    name of the file and the number of the page."""
    message = problem.message.removeprefix(f"{file}: ").removeprefix(f"page {page}: ")
    error = f"{message} ({problem.hint})"
    return Found(NO_TILES, (), 0, 0, file, error=error, page=page, pages=pages)
