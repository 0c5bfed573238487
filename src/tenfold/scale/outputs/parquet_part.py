"""A part as Parquet, by pyarrow: groups of as many rows, whatever batches they come in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tenfold.scale.outputs.answers import Answers
from tenfold.scale.outputs.hashed_file import HashedFile
from tenfold.scale.outputs.parquet_groups import ParquetGroups, import_pyarrow
from tenfold.scale.settings import ANSWERS, PROBABILITIES


class ParquetPart:
    """Writes answers as groups of rows. `file_name` is the value of the column `file`."""

    def __init__(self, file: HashedFile, columns: Sequence[str], file_name: str) -> None:
        self._pa, _ = import_pyarrow()
        self._columns, self._file_name = columns, file_name
        self._groups = ParquetGroups(file)
        self._empty = True

    def write(self, answers: Answers) -> None:
        self._groups.write(self._table(answers))
        self._empty = False

    def close(self) -> None:
        if self._empty:
            self._groups.write(self._table(EMPTY))
        self._groups.close()

    def _table(self, answers: Answers) -> Any:
        pa = self._pa
        count = len(answers)
        known = {
            "id": _array(pa, answers.ids),
            "label": _labels(pa, answers.labels),
            "probability": pa.array(answers.probability, pa.float32()),
            "reason": pa.array(answers.reasons, pa.string()),
            "file": pa.array([self._file_name] * count, pa.string()),
        }
        if answers.probabilities is not None:
            columns = answers.probabilities.T
            known |= {name: pa.array(c) for name, c in zip(PROBABILITIES, columns, strict=True)}
        answer_columns = {*ANSWERS, "file", *PROBABILITIES}
        arrays = [
            known[name] if name in answer_columns else _array(pa, answers.kept[name])
            for name in self._columns
        ]
        return pa.table(arrays, names=list(self._columns))


EMPTY = Answers((), (), (), ())


def _labels(pa: Any, labels: Sequence[Any]) -> Any:
    texts = len(labels) > 0 and isinstance(labels[0], str)
    return pa.array(labels, pa.string() if texts else pa.int8())


def _array(pa: Any, values: Sequence[Any]) -> Any:
    """An array of pyarrow as it is; numbers of rows as int64; anything else as text."""
    if isinstance(values, pa.Array | pa.ChunkedArray):
        return values
    if hasattr(values, "dtype"):
        return pa.array(values, pa.int64())
    return pa.array([None if value is None else str(value) for value in values], pa.string())
