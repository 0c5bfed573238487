"""What the search of a picture found: candidate tiles, clusters of ink, strings, boxes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from tenfold.digits import SIDE, Images
from tenfold.errors import TenfoldError

Box = tuple[int, int, int, int]  # left, top, right, bottom; pixels of the EXIF-turned picture
Reason = Literal["blank", "no_digits", "too_much_text"]
Pixels = npt.NDArray[np.uint8]
Stage = tuple[str, Pixels]


class PlaceInGrid(NamedTuple):
    """A box, a tooth of a comb or a cell of a table; all three count from 0."""

    grid: int
    row: int
    column: int


@dataclass(frozen=True)
class Cell:
    """Where a cell is, and whether nothing is written in it."""

    place: PlaceInGrid
    box: Box
    is_empty: bool


JOINED, CUT, AT_EDGE = "joined", "cut", "cut off by the picture's edge"  # notes on spans
WIDE = 1.25  # times its height: a digit is hardly ever wider
TALL = 2.2  # times its width: a number on its side may be, and a 1
CLEAR = 0.7  # probability of a number for which what looked like one digit is turned
ONE_DIGIT = 40  # pixels: a picture no larger on either side holds one digit
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


@dataclass(frozen=True)
class FoundCharacter:
    """A character where it stands: `tile` is its row in the tiles, None for a mark."""

    symbol: str
    box: Box
    tile: int | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Variant:
    """Strings that differ in their digits alone: `characters` spell the likeliest.

    `probability` is that of the likeliest; `digits` float64 [k, 10] has the share of each digit at
    each of its k places. Taken as independent, they give the probabilities of the others.
    """

    characters: tuple[FoundCharacter, ...]
    probability: float
    digits: npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class FoundString:
    """One number, or other characters that stand together: its `variants` in order of probability.
    `row` counts the rows of the page; `notes` are for all of its digits; `score` and `other` say
    how sure the locator is, 0 to 1, that digits and that other writing stand here."""

    row: int
    variants: tuple[Variant, ...]
    notes: tuple[str, ...] = ()
    score: float = 1.0
    other: float = 0.0


def mass_of(probability: float, digits: npt.NDArray[np.float64]) -> float:
    """The probability of all strings of a variant together, at most 1."""
    likeliest = float(np.prod(digits.max(axis=1, initial=0)))
    return min(1.0, probability / likeliest) if likeliest > 0 else 0.0


@dataclass(frozen=True, eq=False)
class Detections:
    """The candidate tiles of a picture, uint8 [n, 28, 28], and its clusters in reading order.

    `strings` are what the string reader found, None where it was not asked, and `cells` the boxes
    and cells of the picture.

    `whole` is all the ink as one digit, where it is compact enough for a digit in many pieces.
    `turn` is the angle in degrees by which the picture was turned clockwise before the search;
    `width` and `height` are those of the whole picture after that, and boxes are in its pixels.
    `page` counts from 1 among the `pages` of the file; it is None for a file that could not be
    opened. Where they were asked for, `picture` is the opened picture before any turn, uint8 [h, w]
    or [h, w, 3], and `preview` a small JPEG of it.
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
    strings: tuple[FoundString, ...] | None = None
    page: int | None = 1
    pages: int = 1
    picture: Pixels | None = None
    turn: int = 0
    cells: tuple[Cell, ...] = ()
    preview: bytes = b""


def detections_of_tile(
    tile: npt.NDArray[np.uint8], *, file: str = "", notes: tuple[str, ...] = ()
) -> Detections:
    """The result for a picture that is a tile already, uint8 [28, 28]."""
    cluster = Cluster(1, (Span(0, 0, 0, (0, 0, SIDE, SIDE)),))
    return Detections(
        tile[None], ((cluster,),), SIDE, SIDE, file, None, notes, (("picture", tile),)
    )


def shows_one_digit(found: Detections) -> bool:
    """Whether a picture clearly shows one digit and nothing else: it is of a digit's size, or has
    one cluster that is not cut, and neither wider than a digit, as a sheet on another is, nor as
    tall as a number on its side."""
    if found.height <= ONE_DIGIT and found.width <= ONE_DIGIT:
        return True
    clusters = [cluster for row in found.rows for cluster in row]
    if len(clusters) != 1:
        return False
    (cluster,) = clusters
    left, top, right, bottom = zip(*(span.box for span in cluster.spans), strict=True)
    width, height = max(right) - min(left), max(bottom) - min(top)
    if width > WIDE * height or height > TALL * width:
        return False
    return not any(CUT in span.notes for span in cluster.spans)


def failed_detections(
    problem: TenfoldError, file: str, page: int | None = None, pages: int = 1
) -> Detections:
    """The result for a picture or a page that could not be opened. Its error does not repeat the
    name of the file and the number of the page."""
    message = problem.message.removeprefix(f"{file}: ").removeprefix(f"page {page}: ")
    error = f"{message} ({_in_one_line(problem.hint, file)})"
    return Detections(NO_TILES, (), 0, 0, file, error=error, page=page, pages=pages)


def _in_one_line(hint: str, file: str) -> str:
    """A hint without its lines of code, which make rows of digits of data: `check` prints them."""
    first, *others = hint.split("\n")
    if not others:
        return first
    of_pictures = [line for line in others if line.startswith("of pictures: ")]
    return "; ".join([f"if it holds rows of digits: tenfold check {file or 'FILE'}", *of_pictures])


def has_digits(found: Detections) -> bool:
    """Whether any string may have a digit."""
    variants = [variant for string in found.strings or () for variant in string.variants]
    return any(len(variant.digits) for variant in variants)


def has_number(found: Detections) -> bool:
    """Whether a string clearly has several digits."""
    likeliest = [string.variants[0] for string in found.strings or () if string.variants]
    return any(len(v.digits) > 1 and v.probability >= CLEAR for v in likeliest)
