"""The size that a picture file declares, read from its first bytes without a decoder."""

from __future__ import annotations

import struct

from tenfold.framing.kinds import kind_of
from tenfold.framing.tiff import declared_size as size_of_tiff

SEGMENTS_MAX = 64  # of a JPEG before its frame; cameras write some ten
FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}  # SOF0 to SOF15, without tables
START_OF_SCAN = 0xDA


def declared_pixels(content: bytes) -> int | None:
    """The pixels of a PNG, JPEG, TIFF or WebP by its own words; None where they are not found at
    once. What a decoder makes of the file may differ."""
    try:
        match kind_of(content):
            case "PNG":
                width, height = struct.unpack_from(">II", content, 16)
            case "JPEG":
                width, height = _size_of_jpeg(content)
            case "WEBP":
                width, height = _size_of_webp(content)
            case "TIFF":
                width, height = size_of_tiff(content)
            case _:
                return None
    except (struct.error, ValueError):
        return None
    return int(width * height)


def _size_of_jpeg(content: bytes) -> tuple[int, int]:
    """Raises ValueError, struct.error."""
    at = 2
    for _ in range(SEGMENTS_MAX):
        prefix, marker, length = struct.unpack_from(">BBH", content, at)
        if prefix != 0xFF or marker == START_OF_SCAN:
            break
        if marker in FRAMES:
            height, width = struct.unpack_from(">HH", content, at + 5)
            return width, height
        at += 2 + length
    raise ValueError


def _size_of_webp(content: bytes) -> tuple[int, int]:
    """Of the three forms of a WebP: lossy, without loss, extended. Raises ValueError,
    struct.error."""
    form = content[12:16]
    if form == b"VP8 ":
        width, height = struct.unpack_from("<HH", content, 26)
        return width & 0x3FFF, height & 0x3FFF
    if form == b"VP8L":
        (bits,) = struct.unpack_from("<I", content, 21)
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if form == b"VP8X" and len(content) >= 30:
        width, height = (int.from_bytes(content[at : at + 3], "little") for at in (24, 27))
        return width + 1, height + 1
    raise ValueError
