"""The numbers found in pictures, as a part of CSV or Parquet: the table of `tenfold read --csv`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tenfold.files import encoded
from tenfold.reading.answers.number import Reading
from tenfold.reading.tables.csv_file import HEADER, csv_line
from tenfold.reading.tables.rows import COLUMNS, Row, rows_of
from tenfold.scale.outputs.hashed_file import HashedFile
from tenfold.scale.outputs.parquet_groups import ParquetGroups, import_pyarrow

INTEGERS, FRACTIONS = ("page", "row"), ("probability",)  # the other columns are texts


@dataclass(frozen=True)
class Numbers:
    """The rows of so many pages: one for each number, and one for a page without any."""

    rows: Sequence[Row]
    pages: int

    @classmethod
    def of(cls, reading: Reading) -> Numbers:
        return cls(rows_of(reading), 1)

    def __len__(self) -> int:
        return self.pages

    @property
    def numbers(self) -> int:
        return sum(row.row is not None for row in self.rows)

    @property
    def unsure(self) -> int:
        """How many numbers are not sure."""
        return sum(row.row is not None and row.reason != "" for row in self.rows)


class NumbersCsv:
    """Writes numbers as lines, as `tenfold read --csv` does."""

    def __init__(self, file: HashedFile) -> None:
        self._file = file
        self._file.write(encoded(HEADER))

    def write(self, numbers: Numbers) -> None:
        self._file.write(encoded("".join(map(csv_line, numbers.rows))))

    def close(self) -> None:
        """Nothing is left to be written."""


class NumbersParquet:
    """Writes numbers as groups of rows."""

    def __init__(self, file: HashedFile) -> None:
        self._pa, _ = import_pyarrow()
        kinds = dict.fromkeys(COLUMNS, self._pa.string())
        kinds |= dict.fromkeys(INTEGERS, self._pa.int32())
        kinds |= dict.fromkeys(FRACTIONS, self._pa.float64())
        self._schema = self._pa.schema(list(kinds.items()))
        self._groups = ParquetGroups(file)
        self._groups.write(self._schema.empty_table())

    def write(self, numbers: Numbers) -> None:
        columns = zip(*(map(_encodable, row.values) for row in numbers.rows), strict=True)
        arrays = [
            self._pa.array(column, field.type)
            for column, field in zip(columns, self._schema, strict=True)
        ]
        self._groups.write(self._pa.table(arrays, schema=self._schema))

    def close(self) -> None:
        self._groups.close()


def _encodable(value: Any) -> Any:
    """A text without bytes that are no UTF-8, which names of files may have."""
    return encoded(value).decode() if isinstance(value, str) else value
