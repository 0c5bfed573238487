"""Which files have pages, and how one of them is opened."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from PIL import Image

from pdf_files import SEVEN, pdf_of
from picture_files import encoded
from tenfold.errors import DataError, MissingExtraError
from tenfold.framing.tiff import COMPRESSION, directories_of
from tenfold.reading.opening.pages import (
    begins_with,
    count_pages,
    is_pdf,
    may_have_pages,
    open_page,
    place_of,
)

SHADES = [Image.new("L", (8, 8), level) for level in (0, 255)]
TIFF = encoded(SHADES[0], "TIFF", save_all=True, append_images=SHADES[1:])


def test_kinds_are_told_by_their_first_bytes() -> None:
    assert is_pdf(pdf_of(SEVEN))
    assert is_pdf(b"\n\n  junk %PDF-1.4")  # as Acrobat takes it
    assert may_have_pages(TIFF)
    for other in (encoded(SHADES[0]), b"", b"PK\x03\x04", b"GIF89a %PDF-1.4"):
        assert not is_pdf(other)
        assert not may_have_pages(other)


def test_what_cannot_be_read_begins_with_nothing(tmp_path: Path) -> None:
    assert begins_with(tmp_path) == begins_with(tmp_path / "missing") == begins_with("\0") == b""


def test_a_page_is_opened_with_the_number_of_all() -> None:
    assert count_pages(TIFF, "a.tif") == 2
    for page in (1, 2):
        picture, count = open_page(TIFF, "a.tif", page=page)
        assert (int(picture.grey.max()), count) == ((page - 1) * 255, 2)
    picture, count = open_page(encoded(SHADES[1]), "a.png")
    assert (picture.width, count) == (8, 1)


def test_of_several_pages_none_is_opened_by_itself() -> None:
    with pytest.raises(DataError, match=r"^a\.tif: holds 2 pages") as refused:
        open_page(TIFF, "a.tif")
    assert "page=1" in refused.value.hint


def test_an_error_of_one_page_names_it() -> None:
    assert place_of("a.pdf", None) == "a.pdf"
    assert place_of("a.pdf", 2) == "a.pdf: page 2"
    second = directories_of(TIFF, "a.tif").pages[1]
    broken = bytearray(TIFF)
    for entry in range(second + 2, second + 2 + 12 * TIFF[second], 12):
        if int.from_bytes(broken[entry : entry + 2], "little") == COMPRESSION:
            broken[entry + 8] = 99
    assert open_page(bytes(broken), "a.tif", page=1)[1] == 2
    with pytest.raises(DataError, match=r"^a\.tif: page 2: a TIFF of compression 99"):
        open_page(bytes(broken), "a.tif", page=2)


def test_without_the_extra_a_pdf_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pypdfium2", None)
    for opened in (count_pages, lambda content, name: open_page(content, name, page=1)):
        with pytest.raises(MissingExtraError, match="needs the 'documents' extra"):
            opened(pdf_of(SEVEN), "a.pdf")
