"""The CSV file: texts stay texts, and no spreadsheet computes them."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from tenfold.errors import OutputError
from tenfold.reading.tables.csv_file import csv_file, safe
from tenfold.reading.tables.rows import COLUMNS, Row


def written(path: Path, *rows: Row) -> str:
    with csv_file(path) as add:
        for row in rows:
            add(row)
    return path.read_bytes().decode()


def test_a_file_is_what_programs_expect(tmp_path: Path) -> None:
    row = Row("form.pdf", 2, 1, "007", 0.9975, "", "1 2 3 4", "007", "0.07")
    content = written(tmp_path / "out.csv", row)
    assert content == (
        '"file","page","row","text","probability","reason","box","likeliest","written"\n'
        '"form.pdf",2,1,"007",0.9975,"","1 2 3 4","007","0.07"\n'
    )


def test_whatever_a_file_is_called_it_comes_back(tmp_path: Path) -> None:
    names = ['a,"b";c\nd.png', "ü.png", "x" * 5000]
    content = written(tmp_path / "out.csv", *(Row(name, 1) for name in names))
    read = list(csv.DictReader(io.StringIO(content, newline="")))
    assert tuple(read[0]) == COLUMNS
    assert [row["file"] for row in read] == names
    written(tmp_path / "out.csv", Row("\udcff.png", 1))  # bytes that are no UTF-8


@pytest.mark.parametrize("begin", "=+-@\t\r")
def test_no_cell_is_a_formula(begin: str, tmp_path: Path) -> None:
    row = Row(f"{begin}cmd|' /C calc'!A0.png", 1, 1, f"{begin}1+2", 0.5, f"{begin}why")
    content = written(tmp_path / "out.csv", row)
    (read,) = csv.reader(io.StringIO(content.partition("\n")[2], newline=""))
    assert read[0] == f"./{row.file}"  # the same file, by a path
    assert read[3] == f"'{row.text}"
    assert not any(value.startswith(begin) for value in read if value)


def test_a_negative_number_stays() -> None:
    assert [safe(text) for text in ("-4", "-12.50", "-12,5", "-4/2", "007")] == [
        "-4", "-12.50", "-12,5", "'-4/2", "007",
    ]  # fmt: skip


def test_it_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    with pytest.raises(ZeroDivisionError), csv_file(path) as add:
        add(Row("a", 1 // 0))
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(OutputError, match="folder"), csv_file(tmp_path):
        pass
