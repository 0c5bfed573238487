"""A file that is no picture is named by what it is."""

from __future__ import annotations

import pytest

from tenfold.errors import DataError
from tenfold.framing import formats, open_picture
from tenfold.framing.signatures import format_of, format_of_type


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "an empty file"),
        (b"<?xml?><svg xmlns='x'/>", "an SVG drawing"),
        (b"<!DOCTYPE html>", "a web page"),
        (bytes(4) + b"ftypheic" + bytes(99), "HEIC"),
        (b"junk\n%PDF-1.4", "a PDF document"),
        (b"PK\x03\x04" + bytes(5000) + b"word/document.xml", "a Word document"),
        (b"PK\x03\x04" + bytes(26) + b"mimetypeapplication/vnd.oasis.opendocument", "OpenDocument"),
        (bytes(4) + b"ftypisom" + bytes(99), "a video"),
        (b"AT&TFORM" + bytes(9), "a DjVu document"),
    ],
)
def test_what_is_no_picture_is_called_by_its_name(content: bytes, said: str) -> None:
    with pytest.raises(DataError, match=said):
        open_picture(content, "a.png")


@pytest.mark.parametrize(
    ("content", "known"),
    [
        (b"\x80\x04\x95", formats.PICKLE),
        (b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.", formats.TORCH),
        (b"PK\x03\x04" + bytes(99), formats.ZIP),
        (b"PK\x03\x04" + bytes(99) + b"archive/data.pkl", formats.TORCH),
        (b"RIFF\0\0\0\0AVI ", formats.VIDEO),
        (b"RIFF\0\0\0\0WEBP", None),
        (b'{"label": 3}\n{"label": 4}\n', formats.JSON_LINES),
        (b'{\n "label": 3\n}', formats.JSON),
        (b'[{"label": 3}]', formats.JSON),
        (b"label,pixel0\n3,0\n", None),
        (b"", None),
    ],
)
def test_a_file_is_known_by_its_first_bytes(content: bytes, known: formats.Format | None) -> None:
    assert format_of(content) == known


def test_a_longer_signature_wins_over_the_beginning_that_it_shares() -> None:
    assert format_of(b"\x80\x02}q\0") == formats.PICKLE


@pytest.mark.parametrize(
    ("media_type", "known"),
    [
        ("application/pdf", formats.PDF),
        ("video/mp4", formats.VIDEO),
        ("application/vnd.ms-excel", formats.OLD_OFFICE),
        ("image/png", None),
    ],
)
def test_media_types_have_the_same_names(media_type: str, known: formats.Format | None) -> None:
    assert format_of_type(media_type) == known
