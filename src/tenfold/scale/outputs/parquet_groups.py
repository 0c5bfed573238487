"""A Parquet file that is written in groups of as many rows, whatever tables they come in."""

from __future__ import annotations

from typing import Any

from tenfold.errors import MissingExtraError

GROUP_ROWS = 1 << 16


class ParquetGroups:
    """Writes tables of one schema to an open file. At least one table has to be written."""

    def __init__(self, file: Any) -> None:
        self._pa, self._pq = import_pyarrow()
        self._file = file
        self._writer: Any = None
        self._waiting: list[Any] = []
        self._rows = 0

    def write(self, table: Any) -> None:
        """Write the rows of a table, or keep them for the next group."""
        self._waiting.append(table)
        self._rows += len(table)
        while self._rows >= GROUP_ROWS:
            whole = self._pa.concat_tables(self._waiting)
            self._group(whole.slice(0, GROUP_ROWS))
            self._waiting = [whole.slice(GROUP_ROWS)]
            self._rows -= GROUP_ROWS

    def close(self) -> None:
        """Write what is left, and the end of the file."""
        if self._rows or self._writer is None:
            self._group(self._pa.concat_tables(self._waiting))
        self._writer.close()

    def _group(self, table: Any) -> None:
        if self._writer is None:
            self._writer = self._pq.ParquetWriter(self._file, table.schema, compression="zstd")
        self._writer.write_table(table.combine_chunks(), row_group_size=GROUP_ROWS)


def import_pyarrow() -> tuple[Any, Any]:
    """pyarrow and pyarrow.parquet. Raises MissingExtraError."""
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        raise MissingExtraError("writing Parquet files", "parquet") from None
    return pa, pq
