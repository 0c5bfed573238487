"""The rejects of a shard: a CSV of file, line and reason, written where there is at least one."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from tenfold.errors import DataError, Fault
from tenfold.files import encoded, write_whole
from tenfold.scale.inputs import BadRow
from tenfold.scale.outputs.csv_part import cell

HEADER = "file,line,reason\n"
HINT = "correct these; or have them left out and listed in the folder rejects: --bad-rows-max N"


class Rejects:
    """The bad rows of one shard, at most `count_max` of them."""

    def __init__(self, file: str, count_max: int) -> None:
        self._file, self._count_max = file, count_max
        self._rows: list[BadRow] = []

    def add(self, rows: Sequence[BadRow]) -> None:
        """Add bad rows. Raises DataError where there are more than are allowed."""
        self._rows += rows
        if len(self._rows) > self._count_max:
            raise too_many([Fault(self._shown(row), row.reason) for row in self._rows])

    def __len__(self) -> int:
        return len(self._rows)

    def write(self, path: Path) -> str:
        """Write them to `path`; the SHA-256 of the file. "" without a file where there are none.
        Raises OutputError."""
        if not self._rows:
            return ""
        rows = [(row.file or self._file, row.place, row.reason) for row in self._rows]
        lines = [",".join(map(cell, row)) for row in rows]
        content = encoded(HEADER + "".join(f"{line}\n" for line in lines))
        write_whole(path, content)
        return hashlib.sha256(content).hexdigest()

    def _shown(self, row: BadRow) -> str:
        if row.file:
            return row.file + f": page {row.place}" * bool(row.place)
        return f"{self._file}:{row.place}"


def too_many(faults: Sequence[Fault]) -> DataError:
    """The error for more bad rows than --bad-rows-max allows."""
    return DataError(faults, hint=HINT)
