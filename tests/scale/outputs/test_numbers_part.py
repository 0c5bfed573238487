"""The numbers of pictures as parts: the table of `tenfold read --csv`, page by page."""

from __future__ import annotations

from pathlib import Path

import pytest

from tenfold.reading.tables.csv_file import csv_file
from tenfold.reading.tables.rows import COLUMNS, Row
from tenfold.scale.outputs import Numbers, open_part

PAGES = [
    [Row("a.pdf", 1, 1, "007", 0.9975, "", "1 2 3 4", "007", "0.07"),
     Row("a.pdf", 1, 2, "?2", 0.4, "not sure", "1 2 3 4", "12", "?2")],
    [Row("a.pdf", 2, reason="nothing on it")],
    [Row("\udcff.png", 1, 1, "5", 0.9, "", "1 2 3 4", "5", "5")],
]  # fmt: skip


def written(path: Path, form: str, pages: list[list[Row]]) -> tuple[int, int, int]:
    with open_part(path, form, COLUMNS, "") as part:
        for rows in pages:
            part.write(Numbers(rows, 1))
    return part.rows, part.numbers, part.unsure


def test_a_csv_part_is_what_read_writes(tmp_path: Path) -> None:
    assert written(tmp_path / "part.csv", "csv", PAGES) == (3, 3, 1)
    with csv_file(tmp_path / "read.csv") as add:
        for row in (row for rows in PAGES for row in rows):
            add(row)
    assert (tmp_path / "part.csv").read_bytes() == (tmp_path / "read.csv").read_bytes()


def test_a_parquet_part_has_types_of_its_own_also_without_rows(tmp_path: Path) -> None:
    pq = pytest.importorskip("pyarrow.parquet", reason="the parquet extra is not installed")
    assert written(tmp_path / "part.parquet", "parquet", PAGES) == (3, 3, 1)
    assert written(tmp_path / "none.parquet", "parquet", []) == (0, 0, 0)
    table = pq.read_table(tmp_path / "part.parquet")
    assert tuple(table.column_names) == COLUMNS
    assert table["text"].to_pylist() == ["007", "?2", "", "5"]
    assert table["row"].to_pylist() == [1, 2, None, 1]
    assert table["file"].to_pylist()[-1] == "\\udcff.png"
    assert pq.read_schema(tmp_path / "none.parquet") == table.schema
