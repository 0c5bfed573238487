"""A part as CSV: a header, and a line for each row; probabilities with six digits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from tenfold.files import encoded
from tenfold.scale.outputs.answers import Answers
from tenfold.scale.outputs.hashed_file import HashedFile
from tenfold.scale.settings import ANSWERS, PROBABILITIES

SPECIAL = frozenset(',"\r\n')


class CsvPart:
    """Writes answers as lines. `file_name` is the value of the column `file`."""

    def __init__(self, file: HashedFile, columns: Sequence[str], file_name: str) -> None:
        self._file = file
        self._kept = columns[columns.index(ANSWERS[-1]) + 1 :]
        self._all_probabilities = PROBABILITIES[0] in columns
        answer_columns = {*PROBABILITIES, "file"}
        self._kept = tuple(name for name in self._kept if name not in answer_columns)
        self._middle = f",{cell(file_name)}" if "file" in columns else ""
        self._file.write(encoded(header(columns)))

    def write(self, answers: Answers) -> None:
        columns: list[Iterable[str]] = [
            _cells(answers.ids),
            [f"{label}" for label in _listed(answers.labels)],
            [f"{probability:.6f}" for probability in _listed(answers.probability)],
            [reason + self._middle for reason in answers.reasons],
        ]
        if self._all_probabilities:
            assert answers.probabilities is not None
            rows = answers.probabilities.tolist()
            columns.append([TEN % tuple(row) for row in rows])
        columns += [_cells(answers.kept[name]) for name in self._kept]
        lines = "\n".join(map(",".join, zip(*columns, strict=True)))
        self._file.write(encoded(lines + "\n" * bool(lines)))

    def close(self) -> None:
        """Nothing is left to be written."""


TEN = ",".join(["%.6f"] * len(PROBABILITIES))


def _cells(values: Sequence[Any]) -> list[str]:
    """Numbers and texts as cells; None is an empty one."""
    listed = _listed(values)
    if {*map(type, listed)} == {int}:
        return list(map(str, listed))
    return ["" if value is None else cell(str(value)) for value in listed]


def _listed(values: Sequence[Any]) -> list[Any]:
    """The values of a list, an array of numpy or one of pyarrow."""
    for method in ("tolist", "to_pylist"):
        if hasattr(values, method):
            listed: list[Any] = getattr(values, method)()
            return listed
    return list(values)


def header(columns: Sequence[str]) -> str:
    """The first line of a part."""
    return ",".join(map(cell, columns)) + "\n"


def cell(text: str) -> str:
    """A text as a cell of a CSV, in quotes where it needs them."""
    return '"' + text.replace('"', '""') + '"' if SPECIAL & set(text) else text
