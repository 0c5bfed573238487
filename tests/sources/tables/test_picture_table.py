"""Tables that name pictures and their digits."""

from __future__ import annotations

from pathlib import Path

import pytest

from tenfold.digits import AUTO, DataOptions
from tenfold.errors import DataError, UsageError
from tenfold.sources.tables.picture_table import (
    PictureTable,
    names_pictures,
    picture_tables,
    read_picture_table,
    table_beside,
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three pictures, one of them in a folder below; only their names are looked at here."""
    place = tmp_path / "scans"
    (place / "more").mkdir(parents=True)
    for name in ("a.png", "b.png", "more/c.png"):
        (place / name).touch()
    return place


def read(
    folder: Path, table: str, options: DataOptions = AUTO, name: str = "t.csv"
) -> PictureTable:
    (folder / name).write_text(table)
    return read_picture_table(str(folder / name), str(folder), options)


def named(table: PictureTable, folder: Path) -> list[tuple[str, int]]:
    return [(Path(p).relative_to(folder).as_posix(), digit) for p, digit in table.pictures]


@pytest.mark.parametrize(
    "table",
    [
        "filename,label\nb.png,7\na.png,1\nmore/c.png,0\n",
        "label;filename\n7;b.png\n1;./a.png\n0;scans/more/c.png\n",  # by its path from around
        "b 7\na 1\nc 0\n",  # no header, no endings, spaces
        "file\tdigit\nB.PNG\t7.0\na.png\tone\nmore\\c.png\tzero\n",
        "\ufefffilename,label\n\nb.png,7\na.png,1\nc.png,0\n",
    ],
)
def test_names_and_labels_are_found_in_every_form(folder: Path, table: str) -> None:
    found = read(folder, table)
    assert named(found, folder) == [("b.png", 7), ("a.png", 1), ("more/c.png", 0)]
    assert found.words == f"labels from {folder / 't.csv'}"


def test_lines_of_json_are_a_table_too(folder: Path) -> None:
    lines = '{"file_name": "a.png", "label": 3}\n{"file_name": "b.png", "label": 4}\n'
    assert named(read(folder, lines, name="metadata.jsonl"), folder) == [("a.png", 3), ("b.png", 4)]


def test_a_table_of_names_alone_has_no_labels(folder: Path) -> None:
    found = read(folder, "filename\na.png\nb.png\n")
    assert (named(found, folder), found.words) == ([("a.png", -1), ("b.png", -1)], "no labels")


def test_all_faults_are_told_with_their_lines(folder: Path) -> None:
    with pytest.raises(DataError) as caught:
        read(folder, "filename,label\na.png,1\nx.png,2\nb.png,12\nmore/c.png,3\n")
    assert [(f.place.rpartition(":")[2], f.problem) for f in caught.value.faults] == [
        ("3", f"no picture 'x.png' is in {folder}"),
        ("4", "label is '12', expected 0..9"),
    ]


def test_a_name_that_two_pictures_have_names_neither(folder: Path) -> None:
    (folder / "more" / "a.png").touch()
    with pytest.raises(DataError, match=r"t\.csv:2: several pictures 'a' are in"):
        read(folder, "id,label\na,1\nb,2\nc,3\n")
    assert len(read(folder, "id,label\nmore/a.png,1\nb.png,2\nc.png,3\n").pictures) == 3


def test_two_columns_of_digits_leave_the_label_open(folder: Path) -> None:
    table = "filename,writer,score\na.png,1,7\nb.png,2,8\n"
    with pytest.raises(DataError, match="columns 2 and 3 may both be the label") as caught:
        read(folder, table)
    assert "--label writer or --label score" in caught.value.hint
    chosen = read(folder, table, DataOptions("score"))
    assert [digit for _, digit in chosen.pictures] == [7, 8]
    assert read(folder, table, DataOptions("none")).words == "no labels"
    with pytest.raises(UsageError, match="has no column 'mark'") as refused:
        read(folder, table, DataOptions("mark"))
    assert refused.value.hint == "its columns are writer, score"


def test_a_column_that_is_called_label_goes_before_other_digits(folder: Path) -> None:
    found = read(folder, "filename,writer,label\na.png,1,7\nb.png,2,8\n")
    assert [digit for _, digit in found.pictures] == [7, 8]


@pytest.mark.parametrize(
    "content",
    [b"x,y\n1,2\n", b"", b"a.png\0,1\n", b"\xff\xfe\xfa", b"a.png" + b",1" * 20 + b"\n"],
    ids=["other columns", "empty", "binary", "no text", "too wide"],
)
def test_other_files_name_no_pictures(folder: Path, content: bytes) -> None:
    (folder / "t.csv").write_bytes(content)
    assert not names_pictures(str(folder / "t.csv"), str(folder))
    assert picture_tables(str(folder)) == []


def test_a_table_beside_the_folder_is_found_where_there_is_one_alone(folder: Path) -> None:
    assert table_beside(str(folder)) is None
    first = folder.parent / "scans.csv"
    first.write_text("filename,label\na.png,1\n")
    assert table_beside(str(folder)) == str(first)
    (folder.parent / "labels.csv").write_text("filename,label\nb.png,1\n")
    assert table_beside(str(folder)) is None


def test_a_table_that_is_too_large_is_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tenfold.sources.tables.picture_table.TABLE_BYTES_MAX", 8)
    with pytest.raises(DataError, match="is larger than"):
        read(folder, "filename,label\na.png,1\n")
