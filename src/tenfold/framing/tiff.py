"""Checks of a TIFF's directory before a decoder reads it (TIFF 6.0, section 2)."""

from __future__ import annotations

import struct

from tenfold.errors import DataError

ENTRIES_MAX = 200  # the standard and its extensions have some 120 tags
NUMBERS_MAX = 140_000  # in all tags: offset and size of each strip of 65,536 rows, and some more
WIDTH, HEIGHT, COMPRESSION = 256, 257, 259
# None, fax (three), LZW, JPEG, Deflate (two), PackBits: what scanners and programs write. The
# others are slow or hardly tried: old JPEG, LZMA, Zstandard, WebP, ThunderScan, SGI's.
COMPRESSIONS = (1, 2, 3, 4, 5, 7, 8, 32773, 32946)
SHORT, LONG = 3, 4
SIZES = {1: 0, 2: 0, 6: 0, 7: 0}  # bytes and texts are not made into numbers
HINT = "open it in a picture program and save it again as PNG"


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
    order = "<" if content[:2] == b"II" else ">"
    (offset,) = struct.unpack_from(f"{order}I", content, 4)
    (count,) = struct.unpack_from(f"{order}H", content, offset)
    if count > ENTRIES_MAX:
        raise ValueError(f"a TIFF of {count:,} tags")
    places = range(offset + 2, offset + 2 + 12 * count, 12)
    return order, [struct.unpack_from(f"{order}HHI4s", content, place) for place in places]


def refuse_costly_tiff(content: bytes, name: str) -> None:
    """Raise DataError for more entries or numbers than a picture has, for a rare compression, and
    for a directory outside the file."""
    try:
        order, entries = _directory(content)
    except ValueError as problem:
        raise DataError(f"{name}: {problem}", hint=HINT) from problem
    except struct.error as problem:
        raise DataError(f"{name}: broken picture: cut off", hint=HINT) from problem
    numbers = sum(count * SIZES.get(kind, 1) for _, kind, count, _ in entries)
    if numbers > NUMBERS_MAX:
        raise DataError(f"{name}: a TIFF of {numbers:,} numbers beside its pixels", hint=HINT)
    for tag, kind, _, value in entries:
        if tag == COMPRESSION:
            (method,) = struct.unpack_from(f"{order}{'H' if kind == SHORT else 'I'}", value)
            if method not in COMPRESSIONS:
                raise DataError(f"{name}: a TIFF of compression {method}", hint=HINT)
