"""The pages of a file: a PDF, a TIFF, or a picture, which is one page."""

from __future__ import annotations

import os
from dataclasses import dataclass

from tenfold.errors import DataError
from tenfold.framing import open_picture
from tenfold.framing.formats import PDF
from tenfold.framing.kinds import KINDS, kind_of
from tenfold.framing.pages import count_pages as count_picture_pages
from tenfold.framing.picture import Picture
from tenfold.framing.signatures import BEGIN, format_of
from tenfold.reading.opening.pdf import count_pdf_pages, picture_of_pdf_page


@dataclass(frozen=True, eq=False)
class Page:
    """Page `number` of `count`, from 1, of a file called `file` with this `content`."""

    content: bytes
    file: str
    number: int
    count: int


def is_pdf(content: bytes) -> bool:
    """Whether a file is a PDF, from its first bytes."""
    return kind_of(content) is None and format_of(content[:BEGIN]) is PDF


def may_have_pages(content: bytes) -> bool:
    """Whether a file is of a kind that holds pages, from its first bytes."""
    return kind_of(content) == "TIFF" or is_pdf(content)


def begins_with(path: str | os.PathLike[str]) -> bytes:
    """The first bytes of a file, which decide what it is; none where it cannot be read: whoever
    opens it says why."""
    try:
        with open(path, "rb") as file:
            return file.read(BEGIN)
    except (OSError, ValueError):
        return b""


def count_pages(content: bytes, name: str) -> int:
    """The number of pages of a file. For a PDF call it in an isolated process.

    Raises DataError, MissingExtraError.
    """
    if is_pdf(content):
        return count_pdf_pages(content, name)
    return count_picture_pages(content, name)


def place_of(name: str, page: int | None) -> str:
    """How messages name a page of a file."""
    return name if page is None else f"{name}: page {page}"


def open_page(
    content: bytes, name: str, kinds: tuple[str, ...] = KINDS, page: int | None = None
) -> tuple[Picture, int]:
    """A page of a file as picture, and the number of its pages; a picture must be of one of
    `kinds`. For a PDF call it in an isolated process.

    `page` counts from 1; None stands for the only one. Raises DataError where there are several;
    MissingExtraError.
    """
    if is_pdf(content):
        if page is None:
            refuse_several(count_pdf_pages(content, name), name)
        return picture_of_pdf_page(content, 1 if page is None else page, name)
    count = count_picture_pages(content, name)
    if page is None:
        refuse_several(count, name)
    place = place_of(name, page) if count > 1 else name
    return open_picture(content, place, kinds, page=page), count


def refuse_several(count: int, name: str) -> None:
    """Raise DataError for a file of several pages of which none was named."""
    if count > 1:
        raise DataError(
            f"{name}: holds {count:,} pages",
            hint="read all of them with reader.pages(...), or one of them with page=1",
        )
