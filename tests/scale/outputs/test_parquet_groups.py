from __future__ import annotations

import io
import sys
from typing import Any

import pytest

from tenfold.errors import MissingExtraError
from tenfold.scale.outputs import parquet_groups
from tenfold.scale.outputs.parquet_groups import ParquetGroups, import_pyarrow

pa: Any = pytest.importorskip("pyarrow", reason="the parquet extra is not installed")
pq: Any = pytest.importorskip("pyarrow.parquet", reason="the parquet extra is not installed")


def written(sizes: list[int]) -> Any:
    """A file of tables of so many rows, as pyarrow reads it."""
    file, begin = io.BytesIO(), 0
    groups = ParquetGroups(file)
    for size in sizes:
        groups.write(pa.table({"n": list(range(begin, begin + size))}, pa.schema({"n": "int64"})))
        begin += size
    groups.close()
    file.seek(0)
    return pq.ParquetFile(file)


@pytest.mark.parametrize("sizes", [[10], [3, 3, 4], [1] * 10, [0, 9, 1]])
def test_groups_do_not_depend_on_the_tables(
    sizes: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet_groups, "GROUP_ROWS", 4)
    file = written(sizes)
    found = [file.metadata.row_group(g).num_rows for g in range(file.metadata.num_row_groups)]
    assert found == [4, 4, 2]
    assert file.read()["n"].to_pylist() == list(range(10))


def test_an_empty_table_is_a_file_with_columns() -> None:
    table = written([0]).read()
    assert (table.num_rows, table.column_names) == (0, ["n"])


def test_without_pyarrow_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MissingExtraError, match="parquet"):
        import_pyarrow()
