"""Parts of the output: written aside batch by batch, hashed meanwhile, and renamed."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

from tenfold.files import os_errors_as_output_error, staged_file
from tenfold.reading.tables.rows import COLUMNS
from tenfold.scale.outputs.answers import Answers
from tenfold.scale.outputs.csv_part import CsvPart
from tenfold.scale.outputs.hashed_file import HashedFile
from tenfold.scale.outputs.numbers_part import Numbers, NumbersCsv, NumbersParquet


class PartWriter(Protocol):
    """Writes the answers of one part, in their order: of tiles, or of pictures."""

    def write(self, answers: Any) -> None:
        """Write the answers of a batch."""

    def close(self) -> None:
        """Write what is left."""


class WrittenPart:
    """A part that is being written. `sha256` and `size_bytes` are whole after the block of
    `open_part`; `rows` counts tiles or pages, `numbers` those found in pictures, `unsure` those of
    both that are not sure."""

    def __init__(self, writer: PartWriter, file: HashedFile, path: Path) -> None:
        self.rows = self.unsure = self.numbers = 0
        self._writer, self._file, self._path = writer, file, path

    def write(self, answers: Answers | Numbers) -> None:
        """Write the answers of a batch. Raises OutputError."""
        with os_errors_as_output_error(self._path):
            self._writer.write(answers)
        self.rows += len(answers)
        self.unsure += answers.unsure
        self.numbers += answers.numbers

    @property
    def sha256(self) -> str:
        return self._file.sha256.hexdigest()

    @property
    def size_bytes(self) -> int:
        return self._file.size_bytes


@contextlib.contextmanager
def open_part(
    path: Path, part_format: str, columns: tuple[str, ...], file_name: str
) -> Iterator[WrittenPart]:
    """Yield a part to write; it is at `path` when the block has succeeded. Raises OutputError.

    `file_name` is the value of the column `file` of tiles, where there is one. With the columns of
    numbers it is a part of these.
    """
    with staged_file(path) as raw:
        file = HashedFile(raw)
        writer = _writer(part_format, file, columns, file_name)
        part = WrittenPart(writer, file, path)
        yield part
        with os_errors_as_output_error(path):
            writer.close()


def _writer(
    part_format: str, file: HashedFile, columns: tuple[str, ...], file_name: str
) -> PartWriter:
    if columns == COLUMNS:
        return NumbersCsv(file) if part_format == "csv" else NumbersParquet(file)
    if part_format == "csv":
        return CsvPart(file, columns, file_name)
    from tenfold.scale.outputs.parquet_part import ParquetPart

    return ParquetPart(file, columns, file_name)
