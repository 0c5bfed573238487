"""The faults of a CSV and their places."""

from __future__ import annotations

from pathlib import Path

import pytest

from conftest import csv_text, drawn_digits, edited_csv
from csv_reading import read, refusal
from tenfold.digits import Digits
from tenfold.errors import DataError
from tenfold.sources.tables import lines as lines_module
from tenfold.sources.tables.csv_file import read_csv_path


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
    monkeypatch.setattr(lines_module, "BLOCK_BYTES", 10_000)
    lines = csv_text(drawn_digits(60), end="\n").splitlines()
    lines[9] += ",0"
    lines[50] = lines[50].replace(",", ";", 1)
    error = refusal("\n".join(lines) + "\n")
    assert [fault.place for fault in error.faults] == ["train.csv:10", "train.csv:51"]


def test_a_row_of_another_length_is_named(tmp_path: Path) -> None:
    path = edited_csv(tmp_path / "train.csv", lambda table: table[7].pop())
    with pytest.raises(DataError, match=r"train\.csv:8: 784 columns, expected 785"):
        read_csv_path(str(path))
