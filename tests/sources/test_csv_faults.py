"""The faults of a CSV and their places."""

from __future__ import annotations

from pathlib import Path

import pytest

from conftest import HEADER, csv_text, drawn_digits, edited_csv
from csv_reading import read, refusal
from tenfold.digits import Digits
from tenfold.errors import DataError
from tenfold.sources import csv_file
from tenfold.sources.csv_file import read_csv_path


def test_a_place_is_the_line_that_an_editor_shows(digits: Digits) -> None:
    assert read(csv_text(digits)).place(0) == "train.csv:2"


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("x", "pixel402 is 'x', expected a whole number 0..255"),
        ("", "pixel402 is empty"),
        ("-1", "pixel402 is -1, expected 0..255"),
        ("256", "pixel402 is 256, expected 0..255"),
        ("3.5", "pixel402 is 3.5, expected a whole number 0..255"),
        ("1e400", "pixel402 is 1e400, expected a whole number 0..255"),
        ("NaN", "pixel402 is NaN, expected a whole number 0..255"),
        (" 5", "pixel402 is ' 5', expected a whole number 0..255"),
        ("+5", "pixel402 is +5, expected 0..255"),
        ("٣", "pixel402 is ٣, expected 0..255"),
        ("1" * 5000, "pixel402 is 11111111111111111..., expected 0..255"),
    ],
)
def test_a_bad_pixel_is_named_with_its_line(tmp_path: Path, cell: str, said: str) -> None:
    path = edited_csv(tmp_path / "train.csv", lambda table: table[5].__setitem__(403, cell))
    with pytest.raises(DataError) as caught:
        read_csv_path(str(path))
    assert caught.value.message == f"{path}:6: {said}"


@pytest.mark.parametrize("label", ["10", "seven", "", "-1"])
def test_a_bad_label_is_named_with_its_line(tmp_path: Path, label: str) -> None:
    path = edited_csv(tmp_path / "train.csv", lambda table: table[1].__setitem__(0, label))
    with pytest.raises(DataError, match=r"train\.csv:2: label is .*"):
        read_csv_path(str(path))


def test_ten_faults_are_shown_and_the_rest_counted(tmp_path: Path) -> None:
    def spoil(table: list[list[str]]) -> None:
        for row in range(1, 16):
            table[row][1] = "x"

    with pytest.raises(DataError) as caught:
        read_csv_path(str(edited_csv(tmp_path / "train.csv", spoil)))
    assert caught.value.fault_count == 15
    assert "... and 5 more" in caught.value.message
    assert "train.csv:11:" in caught.value.message
    assert "train.csv:12:" not in caught.value.message


def test_faults_of_several_blocks_keep_their_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_file, "BLOCK_BYTES", 10_000)
    lines = csv_text(drawn_digits(60), end="\n").splitlines()
    lines[9] += ",0"
    lines[50] = lines[50].replace(",", ";", 1)
    error = refusal("\n".join(lines) + "\n")
    assert [fault.place for fault in error.faults] == ["train.csv:10", "train.csv:51"]


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


def test_a_row_of_another_length_is_named(tmp_path: Path) -> None:
    path = edited_csv(tmp_path / "train.csv", lambda table: table[7].pop())
    with pytest.raises(DataError, match=r"train\.csv:8: 784 columns, expected 785"):
        read_csv_path(str(path))
