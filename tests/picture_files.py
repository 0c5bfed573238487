"""Pictures as the bytes of their files."""

from __future__ import annotations

import io
import struct
import zlib

from PIL import Image


def encoded(picture: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    """The bytes of a picture file of a kind that Pillow writes."""
    file = io.BytesIO()
    picture.save(file, kind, **options)  # type: ignore[arg-type]
    return file.getvalue()


def chunk(kind: bytes, content: bytes) -> bytes:
    """A chunk of a PNG, with its length and its checksum."""
    checked = struct.pack(">I", zlib.crc32(kind + content))
    return struct.pack(">I", len(content)) + kind + content + checked


def png_of(chunks: bytes, width: int = 20, height: int = 20, rows: int | None = None) -> bytes:
    """A black PNG with further `chunks`; with fewer `rows` it declares more than it holds."""
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    pixels = zlib.compress(bytes((width + 1) * (height if rows is None else rows)))
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunks
        + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    )  # fmt: skip


# 900 million pixels by its own words; encoding so many would take seconds
BOMB = png_of(b"", 30_000, 30_000, rows=2)
