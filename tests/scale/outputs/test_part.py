"""Parts: whole or not at all, the same bytes whatever batches their rows come in."""

from __future__ import annotations

import csv
import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tenfold.scale.outputs import Answers, open_part
from tenfold.scale.settings import ANSWERS, PROBABILITIES

COLUMNS = (*ANSWERS, "file", *PROBABILITIES, "note")


def answers(rows: range, notes: list[Any] | None = None) -> Answers:
    count = len(rows)
    probabilities = np.full((count, 10), 0.1, np.float32)
    return Answers(
        ids=np.array(rows, np.int64),
        labels=np.array(rows, np.int64) % 10,
        probability=np.full(count, 0.1, np.float32),
        reasons=["low_confidence" if row % 2 else "" for row in rows],
        probabilities=probabilities,
        kept={"note": notes or [f"n{row}" for row in rows]},
    )


@pytest.mark.parametrize("part_format", ["csv", "parquet"])
def test_the_bytes_are_the_rows_whatever_batches_they_come_in(
    tmp_path: Path, part_format: str
) -> None:
    if part_format == "parquet":
        pytest.importorskip("pyarrow", reason="the parquet extra is not installed")
    written = []
    for name, step in (("a", 100), ("b", 7)):
        path = tmp_path / name
        with open_part(path, part_format, COLUMNS, "t.csv") as part:
            for start in range(0, 100, step):
                part.write(answers(range(start, min(100, start + step))))
        assert (part.rows, part.unsure) == (100, 50)
        content = path.read_bytes()
        assert part.sha256 == hashlib.sha256(content).hexdigest()
        assert part.size_bytes == len(content)
        written.append(content)
    assert written[0] == written[1]


def test_a_csv_part_is_read_back_by_another_reader(tmp_path: Path) -> None:
    notes = ['say "no"', "a,b", "two\nlines", None, "plain"]
    with open_part(tmp_path / "p.csv", "csv", COLUMNS, "a,b.csv") as part:
        part.write(answers(range(5), notes))
    with (tmp_path / "p.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["note"] for row in rows] == [note or "" for note in notes]
    assert {row["file"] for row in rows} == {"a,b.csv"}
    assert {row["p9"] for row in rows} == {"0.100000"}
    assert tuple(rows[0]) == COLUMNS


def test_a_parquet_part_has_types_also_without_rows(tmp_path: Path) -> None:
    pq = pytest.importorskip("pyarrow.parquet", reason="the parquet extra is not installed")
    with open_part(tmp_path / "p.parquet", "parquet", COLUMNS, "t.csv") as part:
        part.write(answers(range(5)))
    schema = pq.read_schema(tmp_path / "p.parquet")
    assert [str(schema.field(name).type) for name in ("id", "label", "probability", "note")] == [
        "int64",
        "int8",
        "float",
        "string",
    ]
    with open_part(tmp_path / "e.parquet", "parquet", ANSWERS, "t.csv"):
        pass
    assert pq.read_table(tmp_path / "e.parquet").num_rows == 0


@pytest.mark.parametrize("part_format", ["csv", "parquet"])
def test_work_that_fails_leaves_nothing(tmp_path: Path, part_format: str) -> None:
    if part_format == "parquet":
        pytest.importorskip("pyarrow", reason="the parquet extra is not installed")
    (tmp_path / "p").write_text("old")

    def fail() -> None:
        with open_part(tmp_path / "p", part_format, COLUMNS, "t.csv") as part:
            part.write(answers(range(5)))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert (tmp_path / "p").read_text() == "old"
    assert len(list(tmp_path.iterdir())) == 1
