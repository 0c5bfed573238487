"""One Parquet file made of parts: full groups, and one type for each column."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tenfold.scale.outputs import parquet_groups
from tenfold.scale.outputs.joined_parquet import join_parquet

pa = pytest.importorskip("pyarrow", reason="the parquet extra is not installed")
pq = pytest.importorskip("pyarrow.parquet")


def joined(tmp_path: Path, *tables: dict[str, Any]) -> Any:
    parts = [tmp_path / f"{number}.parquet" for number in range(len(tables))]
    for part, table in zip(parts, tables, strict=True):
        pq.write_table(pa.table(table), part, row_group_size=3)
    with (tmp_path / "all.parquet").open("wb") as file:
        join_parquet(file, parts)
    return pq.ParquetFile(tmp_path / "all.parquet")


def test_groups_are_filled_over_the_borders_of_parts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet_groups, "GROUP_ROWS", 4)
    found = joined(tmp_path, {"id": [1, 2, 3, 4, 5]}, {"id": [6]}, {"id": [7, 8, 9]})
    groups = [found.metadata.row_group(g).num_rows for g in range(found.num_row_groups)]
    assert groups == [4, 4, 1]
    assert found.read()["id"].to_pylist() == [*range(1, 10)]


def test_numbers_and_texts_in_one_column_become_text(tmp_path: Path) -> None:
    found = joined(tmp_path, {"id": [1, None]}, {"id": ["a.png"]})
    assert found.read()["id"].to_pylist() == ["1", None, "a.png"]


def test_a_part_without_rows_does_not_decide_a_type(tmp_path: Path) -> None:
    empty = {"id": pa.array([], pa.string())}
    assert str(joined(tmp_path, empty, {"id": [1]}).schema_arrow.field("id").type) == "int64"
    assert joined(tmp_path, empty, empty).read().num_rows == 0
