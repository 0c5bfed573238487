"""Kaggle's download."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from conftest import csv_text, drawn_digits, write_kaggle_zip
from tenfold.digits import Digits
from tenfold.errors import DataError
from tenfold.sources import kaggle, open_digits


@pytest.fixture
def zip_file(tmp_path: Path, digits: Digits) -> Path:
    return write_kaggle_zip(tmp_path / "digit-recognizer.zip", digits, drawn_digits(30, seed=1))


def test_a_zip_of_other_things_says_what_it_holds(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("holiday.mp4", b"")
    with pytest.raises(DataError, match=r"no train\.csv and no test\.csv, but holiday\.mp4"):
        open_digits(str(tmp_path / "a.zip"))


def test_two_train_csvs_in_a_zip_are_not_guessed_between(tmp_path: Path, digits: Digits) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a/train.csv", csv_text(digits))
        archive.writestr("b/train.csv", csv_text(digits))
    with pytest.raises(DataError, match=r"2 files named train\.csv"):
        open_digits(str(tmp_path / "a.zip"))


def test_a_broken_zip(zip_file: Path) -> None:
    zip_file.write_bytes(zip_file.read_bytes()[:5000])
    with pytest.raises(DataError, match=r"digit-recognizer\.zip"):
        open_digits(str(zip_file))


def test_a_damaged_member(zip_file: Path) -> None:
    content = bytearray(zip_file.read_bytes())
    content[3000:3100] = bytes(100)
    zip_file.write_bytes(content)
    with pytest.raises(DataError, match=r"train\.csv"):
        open_digits(str(zip_file))


def test_an_office_document_is_no_zip_of_rows(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "digits.xlsx", "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
    with pytest.raises(DataError, match="is an Excel workbook, not a table") as caught:
        open_digits(str(tmp_path / "digits.xlsx"))
    assert "save the sheet as CSV" in caught.value.hint


def test_a_zip_of_something_else_is_to_be_unpacked(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "digits.zip", "w") as archive:
        archive.writestr("0/a.mov", b"x")
    with pytest.raises(DataError) as caught:
        open_digits(str(tmp_path / "digits.zip"))
    assert "unpack it, and give the folder" in caught.value.hint


def test_a_kaggle_notebook_finds_its_data(
    tmp_path: Path, digits: Digits, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "train.csv").write_text(csv_text(digits))
    monkeypatch.setattr(kaggle, "NOTEBOOK_FOLDER", str(tmp_path))
    monkeypatch.setenv("KAGGLE_KERNEL_RUN_TYPE", "Interactive")
    assert open_digits(None).path == str(tmp_path)


def test_a_document_inside_a_zip_is_not_the_zip(tmp_path: Path) -> None:
    def zip_of(name: str, member: str, content: bytes) -> str:
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            archive.writestr(member, content)
        return str(tmp_path / name)

    book = zip_of("book.xlsx", "xl/workbook.xml", b"<workbook/>")
    with pytest.raises(DataError, match=r"book\.xlsx: is an Excel workbook"):
        open_digits(book)
    with pytest.raises(DataError, match=r"a\.zip: holds no train\.csv .* but book\.xlsx"):
        open_digits(zip_of("a.zip", "book.xlsx", Path(book).read_bytes()))
