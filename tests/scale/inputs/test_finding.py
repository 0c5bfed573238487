"""Which files the words of the command line stand for."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from conftest import NEEDS_PHOTO, drawn_digits
from picture_folders import tabled
from scored import write_table
from tenfold.digits import AUTO
from tenfold.errors import DataError, UsageError
from tenfold.scale.inputs.finding import find_inputs


def names(*words: Path | str) -> tuple[list[str], list[str]]:
    """The names of the files found, and what was said."""
    notes: list[str] = []
    found = find_inputs([str(word) for word in words], AUTO, notes.append)
    return [Path(file.name).name for file in found], notes


def test_a_folder_gives_its_tables_in_natural_order(tmp_path: Path) -> None:
    for name in ("t10.csv", "t9.csv"):
        write_table(tmp_path / name, 2)
    (tmp_path / "notes.md").write_text("no table")
    assert names(tmp_path) == (["t9.csv", "t10.csv"], [])


def test_a_pattern_is_expanded_and_the_order_of_words_is_kept(tmp_path: Path) -> None:
    for name in ("b1.csv", "b2.csv", "a.csv"):
        write_table(tmp_path / name, 2)
    assert names(tmp_path / "b*.csv", tmp_path / "a.csv")[0] == ["b1.csv", "b2.csv", "a.csv"]


def test_of_a_data_set_its_test_rows_alone_are_scored(tmp_path: Path) -> None:
    write_table(tmp_path / "train.csv", 2, labelled=True)
    write_table(tmp_path / "test.csv", 2)
    (tmp_path / "sample_submission.csv").write_text("ImageId,Label\n1,0\n")
    found, notes = names(tmp_path)
    assert found == ["test.csv"]
    assert "test.csv alone, without" in "".join(notes)


def test_the_same_file_twice_is_refused(tmp_path: Path) -> None:
    table = write_table(tmp_path / "t.csv", 2)
    with pytest.raises(UsageError, match="is given twice"):
        names(table, tmp_path / "*.csv")


def test_nothing_to_score_is_an_error_of_the_data(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no such file or folder"):
        names(tmp_path / "*.npy")
    with pytest.raises(DataError, match="holds no tables, arrays or pictures"):
        names(tmp_path)


def test_a_table_of_names_leads_to_the_folder_and_is_left_out_of_it(tmp_path: Path) -> None:
    pytest.importorskip("cv2", reason=NEEDS_PHOTO)
    tabled("labels.csv")(tmp_path, drawn_digits(3))
    with pytest.raises(DataError, match="is a table of the names of pictures") as caught:
        names(tmp_path / "labels.csv")
    assert str(tmp_path) in caught.value.hint
    _, notes = names(tmp_path)
    assert notes == [f"note: {tmp_path}: without labels.csv"]


def test_what_is_not_read_in_shards_is_named(tmp_path: Path) -> None:
    (tmp_path / "t.libsvm").write_text("7 1:0.5 3:1\n1 2:1\n")
    with pytest.raises(DataError, match="is LIBSVM's text, which is not read in shards"):
        names(tmp_path / "t.libsvm")
    with zipfile.ZipFile(tmp_path / "t.xlsx", "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    with pytest.raises(DataError, match="is an Excel workbook"):
        names(tmp_path / "t.xlsx")
