"""A TIFF is checked before a decoder sees it."""

from __future__ import annotations

import struct

import pytest
from PIL import Image

import hostile_pictures
from conftest import paint
from picture_files import encoded
from tenfold.errors import DataError
from tenfold.framing import open_picture


@pytest.mark.parametrize("compression", ["raw", "tiff_lzw", "jpeg", "packbits", "tiff_deflate"])
def test_the_tiff_that_scanners_write_is_opened(compression: str) -> None:
    content = encoded(paint("3").convert("L"), "TIFF", compression=compression)
    assert open_picture(content, "a.tif").grey.shape == (100, 100)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (hostile_pictures.tiff_of_many_strips(), "of 500,007 numbers"),
        (hostile_pictures.tiff_of_many_tags(), "of 60,009 tags"),
        (hostile_pictures.tiff_of(20, 20, compression=34925, data=bytes(9)), "compression 34925"),
        (hostile_pictures.tiff_of(20, 20, compression=50000, data=bytes(9)), "compression 50000"),
        (b"II*\0" + struct.pack("<I", 1 << 31), "cut off"),
        (b"II*\0\x08\0\0\0\x20\0", "cut off"),
    ],
    ids=["strips", "tags", "LZMA", "Zstandard", "far", "short"],
)
def test_a_tiff_of_too_much_is_refused_before_a_decoder_sees_it(
    content: bytes, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Image, "open", lambda *_, **__: pytest.fail("opened"))
    with pytest.raises(DataError, match=said):
        open_picture(content, "a.tif")
