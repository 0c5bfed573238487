"""The remedy for the faults of a CSV."""

from __future__ import annotations

from pathlib import Path

import pytest

from conftest import HEADER, csv_text, edited_csv
from csv_reading import refusal
from tenfold.digits import Digits
from tenfold.errors import DataError
from tenfold.sources.tables.csv.remedies import HINT_LABELLED
from tenfold.sources.tables.csv_file import read_csv_path


def test_a_repeated_header_is_named(tmp_path: Path) -> None:
    path = edited_csv(tmp_path / "train.csv", lambda table: table.insert(4, HEADER.copy()))
    with pytest.raises(DataError, match=r"train\.csv:5: is the header again"):
        read_csv_path(str(path))


def test_a_blank_line_is_named(tmp_path: Path) -> None:
    path = edited_csv(tmp_path / "train.csv", lambda table: table.insert(4, [""]))
    with pytest.raises(DataError, match=r"train\.csv:5: is blank"):
        read_csv_path(str(path))


def test_a_truncated_last_line_is_called_so(digits: Digits) -> None:
    error = refusal(csv_text(digits)[:-1000])
    assert f"train.csv:{len(digits) + 1}: the last line is cut off" in error.message
    assert "fetch the file again" in error.hint


def test_a_truncated_last_line_need_not_be_shorter_in_columns(digits: Digits) -> None:
    text = csv_text(digits, end="\n").rstrip("\n")
    assert "cut off" in refusal(text[: text.rindex(",") + 1]).message


def test_single_fractions_in_good_rows_are_not_taken_for_another_scale(tmp_path: Path) -> None:
    def spoil(table: list[list[str]]) -> None:
        table[3][2:200] = ["0.5"] * 198

    with pytest.raises(DataError) as caught:
        read_csv_path(str(edited_csv(tmp_path / "train.csv", spoil)))
    assert "255 * pixels" not in caught.value.hint
    assert caught.value.fault_count == 198


def test_pixels_scaled_about_zero_are_not_to_be_left_out(tmp_path: Path) -> None:
    def scale(table: list[list[str]]) -> None:
        for row in table[1:]:
            row[1:] = [f"{int(cell) / 127.5 - 1:.4f}" for cell in row[1:]]

    with pytest.raises(DataError, match="the pixels are scaled, -1 to") as caught:
        read_csv_path(str(edited_csv(tmp_path / "train.csv", scale)))
    assert "leave" not in caught.value.hint


def test_no_line_of_a_test_set_is_to_be_left_out(digits: Digits) -> None:
    text = csv_text(digits, labelled=False, end="\n").splitlines()
    text[7] = "999" + text[7][text[7].index(",") :]
    assert "leave none out" in refusal("\n".join(text) + "\n").hint


def test_decimals_hide_no_other_fault(tmp_path: Path) -> None:
    def spoil(table: list[list[str]]) -> None:
        for row in table[1:]:
            row[1:] = [f"{cell}.0" for cell in row[1:]]
        for row in table[1:4]:
            row[0] = "seven"

    with pytest.raises(DataError) as caught:
        read_csv_path(str(edited_csv(tmp_path / "train.csv", spoil, rows=5)))
    assert sum("label is 'seven'" in fault.problem for fault in caught.value.faults) == 3


@pytest.mark.parametrize("cell", ["it's cut off", "NUL", "is the header again", "cannot be read"])
def test_a_cell_that_holds_the_words_of_a_message_changes_no_remedy(cell: str) -> None:
    row = ",".join(["3", *["0"] * 783, cell])
    assert refusal(f"{','.join(HEADER)}\n{row}\n").hint == HINT_LABELLED
