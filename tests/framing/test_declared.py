"""The declared size is found in every form of the kinds that are served, or not at all."""

from __future__ import annotations

import io
import struct
from typing import Any

import pytest
from PIL import Image

from tenfold.framing.declared import declared_pixels


def saved(kind: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (30, 21), 200).save(buffer, kind, **options)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("PNG", {}),
        ("JPEG", {}),
        ("JPEG", {"progressive": True, "exif": b"Exif\0\0" + bytes(5000)}),
        ("TIFF", {}),
        ("TIFF", {"compression": "packbits"}),
        ("WEBP", {}),
        ("WEBP", {"lossless": True}),
        ("WEBP", {"exif": b"Exif\0\0MM\0*\0\0\0\x08\0\0"}),
    ],
)
def test_width_times_height(kind: str, options: dict[str, Any]) -> None:
    content = saved(kind, **options)
    assert declared_pixels(content) == 30 * 21
    for cut in range(60):
        assert declared_pixels(content[:cut]) in (None, 630)


def test_a_long_way_to_the_frame_of_a_jpeg_is_not_gone() -> None:
    content = saved("JPEG")
    assert declared_pixels(content[:2] + b"\xff\xfe\x00\x02" * 1000 + content[2:]) is None


def test_a_directory_of_many_tags_is_not_read() -> None:
    assert declared_pixels(b"II*\0" + struct.pack("<IH", 8, 60_000) + bytes(1_000_000)) is None


@pytest.mark.parametrize("content", [b"", b"GIF89a\x01\0\x01\0", b"%PDF-1.7", b"MM\0*" + bytes(9)])
def test_what_is_not_known_has_no_size(content: bytes) -> None:
    assert declared_pixels(content) is None
