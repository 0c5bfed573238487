"""A TIFF is checked before a decoder sees it."""

from __future__ import annotations

import struct

import pytest
from PIL import Image

import hostile_pictures
from conftest import paint
from picture_files import encoded
from tenfold.errors import DataError
from tenfold.framing import open_picture, tiff


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


def directories(*nexts: int, kinds: tuple[int, ...] = ()) -> bytes:
    """Directories of one entry, 18 bytes each from byte 8 on; `nexts` are where each leads."""
    kinds = kinds or (0,) * len(nexts)
    entries = (
        struct.pack("<HHHIII", 1, 254, 4, 1, kind, then)
        for kind, then in zip(kinds, nexts, strict=True)
    )
    return b"II*\0" + struct.pack("<I", 8) + b"".join(entries)


def test_the_directories_of_a_tiff_are_its_pages_but_thumbnails_and_masks() -> None:
    found = tiff.directories_of(directories(26, 44, 62, 0, kinds=(0, 1, 4, 2)), "a")
    assert (found.pages, found.others) == ((8, 62), 2)


@pytest.mark.parametrize("then", [8, 26, 999])
def test_a_chain_that_leads_back_or_out_of_the_file_ends(then: int) -> None:
    assert tiff.directories_of(directories(26, then), "a").pages == (8, 26)


def test_pages_without_end_are_not_walked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tiff, "PAGES_MAX", 2)
    with pytest.raises(DataError, match=r"^a: holds more than 2 pages"):
        tiff.directories_of(directories(26, 44, 0), "a")


def test_each_page_is_checked_before_a_decoder_reads_it() -> None:
    good = hostile_pictures.tiff_of(20, 20, data=bytes(400))
    first = struct.unpack_from("<I", good, 4)[0]
    count = struct.unpack_from("<H", good, first)[0]
    at = first + 2 + 12 * count
    costly = struct.pack("<HHHII", 1, 320, 4, tiff.NUMBERS_MAX + 1, 8) + bytes(4)
    content = good[:at] + struct.pack("<I", len(good)) + good[at + 4 :] + costly
    assert open_picture(content, "a", page=1).width == 20
    with pytest.raises(DataError, match="numbers beside its pixels"):
        open_picture(content, "a", page=2)
