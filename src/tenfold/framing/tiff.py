"""The directories of a TIFF, without a decoder: its pages, and checks before one (TIFF 6.0)."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from tenfold.errors import DataError

PAGES_MAX = 1000  # of a file; a chain of directories may be made to have no end
ENTRIES_MAX = 200  # the standard and its extensions have some 120 tags
NUMBERS_MAX = 140_000  # in all tags: offset and size of each strip of 65,536 rows, and some more
NEW_SUBFILE_TYPE, NO_PAGE = 254, 0b101  # bit 0, a reduced page; bit 2, a mask
WIDTH, HEIGHT, COMPRESSION = 256, 257, 259
# None, fax (three), LZW, JPEG, Deflate (two), PackBits: what scanners and programs write. The
# others are slow or hardly tried: old JPEG, LZMA, Zstandard, WebP, ThunderScan, SGI's.
COMPRESSIONS = (1, 2, 3, 4, 5, 7, 8, 32773, 32946)
SHORT, LONG = 3, 4
SIZES = {1: 0, 2: 0, 6: 0, 7: 0}  # bytes and texts are not made into numbers
ENTRY, FIRST = 12, 4  # bytes of an entry; where the offset of the first directory stands
HINT = "open it in a picture program and save it again as PNG"


@dataclass(frozen=True)
class Directories:
    """The places of the `pages` in a file, in their order, and how many `others` there are:
    thumbnails and masks."""

    pages: tuple[int, ...]
    others: int


def directories_of(content: bytes, name: str) -> Directories:
    """The directories of a TIFF. Raises DataError for a broken file and for more than PAGES_MAX.

    A chain that leads back into itself, or out of the file after the first, ends there.
    """
    order = _order(content)
    pages: list[int] = []
    others = 0
    seen: dict[int, None] = {}  # in their order
    offset = _number(content, f"{order}I", FIRST, name)
    while offset and offset not in seen:
        seen[offset] = None
        if len(seen) > PAGES_MAX:
            raise DataError(
                f"{name}: holds more than {PAGES_MAX:,} pages", hint="divide it: tiffsplit FILE.tif"
            )
        try:
            if _is_page(content, order, offset):
                pages.append(offset)
            else:
                others += 1
            (count,) = struct.unpack_from(f"{order}H", content, offset)
            (offset,) = struct.unpack_from(f"{order}I", content, offset + 2 + ENTRY * count)
        except struct.error:
            break
    if not seen:
        raise _cut_off(name)
    # of thumbnails alone, the first is what there is
    return Directories(tuple(pages or [*seen][:1]), others)


def beginning_at(content: bytes, offset: int) -> bytes:
    """The file with the directory at `offset` as its first: decoders open that page."""
    return content[:FIRST] + struct.pack(f"{_order(content)}I", offset) + content[FIRST + 4 :]


def _order(content: bytes) -> str:
    return "<" if content[:2] == b"II" else ">"


def _number(content: bytes, layout: str, offset: int, name: str) -> int:
    try:
        (number,) = struct.unpack_from(layout, content, offset)
    except struct.error as problem:
        raise _cut_off(name) from problem
    return int(number)


def _is_page(content: bytes, order: str, offset: int) -> bool:
    """Whether a directory is a page by itself. Entries are in the order of their tags."""
    (count,) = struct.unpack_from(f"{order}H", content, offset)
    for entry in range(min(count, ENTRIES_MAX)):
        at = offset + 2 + ENTRY * entry
        tag, kind = struct.unpack_from(f"{order}HH", content, at)
        if tag == NEW_SUBFILE_TYPE:
            (value,) = struct.unpack_from(
                f"{order}{'H' if kind == SHORT else 'I'}", content, at + 8
            )
            return not value & NO_PAGE
        if tag > NEW_SUBFILE_TYPE:
            break
    return True


def _cut_off(name: str) -> DataError:
    return DataError(f"{name}: broken picture: cut off", hint=HINT)


def declared_size(content: bytes) -> tuple[int, int]:
    """Width and height by the first directory. Raises ValueError, struct.error."""
    order, entries = _directory(content)
    sides = {}
    for tag, kind, _, value in entries:
        if tag in (WIDTH, HEIGHT) and kind in (SHORT, LONG):
            (sides[tag],) = struct.unpack_from(f"{order}{'H' if kind == SHORT else 'I'}", value)
    if len(sides) < 2:
        raise ValueError
    return sides[WIDTH], sides[HEIGHT]


def _directory(content: bytes) -> tuple[str, list[tuple[int, int, int, bytes]]]:
    """Byte order, and tag, type, count and value of the entries of the first directory. Raises
    struct.error, and ValueError for too many of them."""
    order = _order(content)
    (offset,) = struct.unpack_from(f"{order}I", content, FIRST)
    (count,) = struct.unpack_from(f"{order}H", content, offset)
    if count > ENTRIES_MAX:
        raise ValueError(f"a TIFF of {count:,} tags")
    places = range(offset + 2, offset + 2 + ENTRY * count, ENTRY)
    return order, [struct.unpack_from(f"{order}HHI4s", content, place) for place in places]


def refuse_costly_tiff(content: bytes, name: str) -> None:
    """Raise DataError for more entries or numbers than a picture has, for a rare compression, and
    for a first directory outside the file."""
    try:
        order, entries = _directory(content)
    except ValueError as problem:
        raise DataError(f"{name}: {problem}", hint=HINT) from problem
    except struct.error as problem:
        raise _cut_off(name) from problem
    numbers = sum(count * SIZES.get(kind, 1) for _, kind, count, _ in entries)
    if numbers > NUMBERS_MAX:
        raise DataError(f"{name}: a TIFF of {numbers:,} numbers beside its pixels", hint=HINT)
    for tag, kind, _, value in entries:
        if tag == COMPRESSION:
            (method,) = struct.unpack_from(f"{order}{'H' if kind == SHORT else 'I'}", value)
            if method not in COMPRESSIONS:
                raise DataError(f"{name}: a TIFF of compression {method}", hint=HINT)
