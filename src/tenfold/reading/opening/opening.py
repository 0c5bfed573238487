"""From a picture, in any form that a caller has it, to candidate tiles."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Literal, TypedDict, get_args

import numpy as np
import numpy.typing as npt
from PIL import Image

from tenfold.digits import SIDE
from tenfold.errors import DataError, UsageError
from tenfold.framing import is_framed, picture_of_array, picture_of_image
from tenfold.framing.kinds import KINDS
from tenfold.framing.pages import no_such_page, page_note
from tenfold.framing.picture import FILE_BYTES_MAX, Picture
from tenfold.reading.detections import (
    NO_TILES,
    Detections,
    detections_of_tile,
    has_digits,
    has_number,
    shows_one_digit,
)
from tenfold.reading.opening.pages import open_page
from tenfold.reading.opening.turning import upright

Framed = Literal["auto", "yes", "no"]
PictureSource = str | os.PathLike[str] | bytes | Image.Image | npt.NDArray[Any]

Turn = Literal["auto", "0", "90", "180", "270"]  # degrees clockwise that make it upright
# not by `classifier.WEIGHTS`: a process that searches for digits is ready sooner without it
SHIPPED_STRINGS = str(Path(__file__).parents[2] / "weights" / "strings")
DITHERED = "dots of a dithered scan made grey"
SURROUNDED = "what surrounds the sheet left out"
PREVIEW_SIDE, PREVIEW_QUALITY = 1400, 80  # pixels; of JPEG
SHEET = 0.5  # of the picture's shorter side: a row so high may be none
INSIDE = 0.6  # of the height of a row that was none: what is looked for on it
SMALLEST = 5  # pixels; no digit has fewer
TILE = (SIDE, SIDE)


class FindOptions(TypedDict, total=False):
    """Options of `find` that also cross to another process."""

    framed: Framed
    file: str
    stages: bool
    page: int | None
    keep_picture: bool
    preview: bool
    turn: Turn


def find(
    picture: PictureSource,
    *,
    framed: Framed = "auto",
    file: str = "",
    stages: bool = False,
    page: int | None = None,
    keep_picture: bool = False,
    preview: bool = False,
    kinds: tuple[str, ...] = KINDS,
    turn: Turn = "auto",
    strings: str = SHIPPED_STRINGS,
) -> Detections:
    """The candidate tiles of a picture, and its strings; a file must be of one of `kinds`, or a
    PDF, which is to be opened in an isolated process.

    `framed` says whether 28 x 28 pixels are a tile already. `file` is its name in messages. `page`,
    from 1, is for a file of several. `stages` keeps the search's steps as pictures, `keep_picture`
    the opened picture, `preview` a small JPEG of it. `turn` is in degrees clockwise. `strings` is
    the folder of the string reader; without one, digits are found by components alone, and so is a
    single digit. Raises DataError, ModelError, MissingExtraError without OpenCV.
    """
    name = file or name_of(picture)
    asked = degrees_of(turn)
    opened, is_tile, pages = _opened(picture, name, kinds, page)
    empty = _is_empty(opened)
    sheet = opened if empty or opened.pixels.shape[:2] == TILE else _sheet_of(opened)
    empty = empty if sheet.pixels is opened.pixels else _is_empty(sheet)
    lying = upright(sheet, asked) if asked else sheet
    search = partial(
        _find_in, is_tile=is_tile, name=name, framed=framed, stages=stages, empty=empty
    )
    found = search(lying)
    if strings and not empty and not is_tile and not shows_one_digit(found):
        found = _with_strings(found, lying, strings, None if asked is None else 0, search)
    if asked:
        found = replace(
            found, turn=asked, notes=(*found.notes, f"turned by {asked} degrees, as asked")
        )
    kept = opened.pixels if keep_picture else None
    small = _jpeg(opened.pixels) if preview else b""
    return replace(found, page=page or 1, pages=pages, picture=kept, preview=small)


def _sheet_of(picture: Picture) -> Picture:
    """The picture in shades of grey where it was dithered, and without what surrounds its sheet."""
    from tenfold.framing.ink import without_dither, without_surround

    plain = without_dither(picture.pixels)
    alone = without_surround(plain)
    notes = [DITHERED] * (plain is not picture.pixels) + [SURROUNDED] * (alone is not plain)
    return replace(picture, pixels=alone, notes=(*picture.notes, *notes))


def _jpeg(pixels: npt.NDArray[np.uint8]) -> bytes:
    """A picture as JPEG, no side longer than PREVIEW_SIDE."""
    picture = Image.fromarray(pixels)
    picture.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE))
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=PREVIEW_QUALITY)
    return file.getvalue()


def degrees_of(turn: str) -> int | None:
    """The angle of a turn; None where it is to be found out. Raises UsageError."""
    if turn not in get_args(Turn):
        raise UsageError(f"turn is '{turn}'", hint=f"one of {', '.join(get_args(Turn))}")
    return None if turn == "auto" else int(turn)


def open_only(content: bytes, name: str, page: int | None) -> Detections:
    """The picture of a file, without a search. Raises DataError."""
    opened, pages = open_page(content, name, KINDS, page)
    size = opened.width, opened.height
    return Detections(NO_TILES, (), *size, name, pages=pages, picture=opened.pixels)


def _is_empty(picture: Picture) -> bool:
    """Whether a picture is too small for a digit, or all of one level."""
    return min(picture.pixels.shape[:2]) < SMALLEST or not np.ptp(picture.pixels)


def _find_in(
    opened: Picture, *, is_tile: bool, name: str, framed: Framed, stages: bool, empty: bool
) -> Detections:
    grey = opened.grey if opened.pixels.shape[:2] == TILE else None
    if grey is not None and (is_tile or framed == "yes" or (framed == "auto" and is_framed(grey))):
        return detections_of_tile(grey, file=name, notes=(*opened.notes, "taken as a framed tile"))
    if framed == "yes":
        raise DataError(
            f"{name}: {opened.width} x {opened.height} pixels, a framed tile has 28 x 28",
            hint="leave --framed yes out",
        )
    if empty:
        return Detections(NO_TILES, (), opened.width, opened.height, name, "blank", opened.notes)
    from tenfold.reading.find import find_digits

    return find_digits(opened, file=name, stages=stages)


def _with_strings(
    found: Detections,
    opened: Picture,
    folder: str,
    turn: int | None,
    found_in: Callable[[Picture], Detections],
) -> Detections:
    """What was found, with the strings that the reader in `folder` finds, if there is one. Where
    `turn` is None and the picture lies on its side or upside down, all is found again upright."""
    from tenfold.reading.strings.string_reader import string_reader

    reader = string_reader(folder)
    if reader is None:
        return found
    located = reader.locate(opened, found, turn=turn)
    read = None if located.turn else reader(opened, found, located)
    highest = max((strip.digit_height for strip in located.strips), default=0.0)
    is_sheet = highest > SHEET * min(opened.pixels.shape[:2])
    if read is not None and is_sheet and not has_digits(read):
        # what looked like a row was a sheet on another, a picture, a frame: look for what is on it
        located = reader.locate(opened, found, turn=turn, height_max=INSIDE * highest)
        read = None if located.turn else reader(opened, found, located)
    if read is not None:
        return read
    lying = upright(opened, located.turn)
    read = reader(lying, found_in(lying), located)
    alone = sum(map(len, found.rows)) == 1  # a digit, or a number on its side
    if not has_digits(read) or (alone and not has_number(read)):  # nothing says which side is up
        return reader(opened, found, reader.locate(opened, found, turn=0))
    notes = (*read.notes, f"turned by {located.turn} degrees")
    return replace(read, turn=located.turn, notes=notes)


def name_of(picture: PictureSource) -> str:
    """The name of a picture in messages: its path, or its type."""
    if isinstance(picture, str | os.PathLike):
        return os.fspath(picture)
    return {bytes: "bytes", np.ndarray: "array"}.get(type(picture), "picture")


def _opened(
    picture: PictureSource, name: str, kinds: tuple[str, ...], page: int | None
) -> tuple[Picture, bool, int]:
    """The opened picture, whether it is a tile by its type (an array of 28 x 28), and the number
    of pages of its file."""
    if isinstance(picture, str | os.PathLike):
        picture = read_file(picture, name)
    if isinstance(picture, bytes | bytearray | memoryview):
        opened, pages = open_page(bytes(picture), name, kinds, page)
        return opened, False, pages
    if page not in (None, 1):
        raise no_such_page(name, page, 1)
    if isinstance(picture, Image.Image):
        return open_image(picture, name), False, 1
    if isinstance(picture, np.ndarray) or hasattr(picture, "__array__"):
        array = np.asarray(picture)
        return picture_of_array(array, name), array.shape == TILE, 1
    raise DataError(
        f"{name}: {type(picture).__name__} is no picture",
        hint="give a path, a file's bytes, a Pillow image or an array",
    )


def open_image(image: Image.Image, name: str) -> Picture:
    """A Pillow image as Picture. Raises DataError where its file is broken."""
    try:
        picture = picture_of_image(image)
        return replace(picture, notes=(*page_note(image), *picture.notes))
    except (MemoryError, DataError):
        raise
    except Exception as problem:  # a Pillow image may still have to decode its file
        raise DataError(f"{name}: broken picture: {problem}", hint="save it again") from problem


def read_file(path: str | os.PathLike[str], name: str) -> bytes:
    """The bytes of a file. Raises DataError."""
    try:
        if os.path.isdir(path):
            raise DataError(f"{name}: is a folder, not a picture", hint="name a file in it")
        with open(path, "rb") as file:
            content = file.read(FILE_BYTES_MAX + 1)
    except (OSError, ValueError) as problem:  # ValueError: a null byte in the name
        description = getattr(problem, "strerror", None) or str(problem)
        raise DataError(f"{name}: {description}", hint="check the path") from problem
    if len(content) > FILE_BYTES_MAX:
        raise DataError(
            f"{name}: larger than {FILE_BYTES_MAX // 1_000_000} MB", hint="make it smaller"
        )
    return content
