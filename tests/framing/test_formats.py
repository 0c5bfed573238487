"""A file that is no picture is named by what it is."""

from __future__ import annotations

import pytest

from tenfold.errors import DataError
from tenfold.framing import open_picture


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
