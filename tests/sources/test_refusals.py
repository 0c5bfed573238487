"""Files that are no table of digits are called by their name."""

from __future__ import annotations

import io

import pytest

from conftest import HEADER
from tenfold.errors import DataError
from tenfold.sources.tables.csv_file import read_csv


def refusal(content: bytes) -> DataError:
    with pytest.raises(DataError) as caught:
        read_csv(io.BytesIO(content), "train.csv")
    return caught.value


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"<!DOCTYPE html><html><body>Sign in", "is a web page (HTML)"),
        (b"\n  <html>", "is a web page (HTML)"),
        ("label,pixel0".encode("utf-16"), "is UTF-16 text"),
        (b"label,pixel0\n\0\0\0", "NUL bytes"),
        (b"PK\x03\x04rest", "is a zip archive"),
        (bytes(range(128, 256)) * 20, "not a line of column names"),
        (",".join(HEADER).encode() + b"\r\n", "has a header and no rows"),
        (",".join(HEADER).encode(), "has a header and no rows"),
        (b"1" * 200_000, "not a line of column names"),
    ],
)
def test_what_is_no_table_is_called_by_its_name(content: bytes, said: str) -> None:
    assert said in refusal(content).message


def test_a_picture_is_called_a_picture() -> None:
    error = refusal(b"\x89PNG\r\n\x1a\n" + bytes(100))
    assert "is a picture" in error.message
    assert "folder" in error.hint


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"%PDF-1.7\n%\xe2\xe3", "a PDF document"),
        (b"PAR1" + bytes(100), "a Parquet table"),
        (b"\x93NUMPY\x01\x00", "a NumPy array"),
        (b"\x1f\x8b\x08" + bytes(50), "a gzip file"),
        (b"\0\0\x08\x03\0\0\0\1", "MNIST's own format"),
        (b"II*\0\x08\0\0\0", "a picture (TIFF)"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "a picture (WebP)"),
        (b"<?xml version='1.0'?>\n<svg xmlns='x'>", "an SVG drawing"),
    ],
)
def test_other_formats_are_not_to_be_downloaded_again(content: bytes, said: str) -> None:
    error = refusal(content)
    assert said in error.message
    assert "download" not in error.hint
