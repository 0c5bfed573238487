"""A file of a job, how it is cut, and what is wanted of its rows."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tenfold.digits import AUTO, DataOptions
from tenfold.errors import DataError
from tenfold.files.json_object import JsonObject
from tenfold.sources.file_errors import file_errors_as_data_error


@dataclass(frozen=True)
class RowOptions:
    """What a job wants of its rows beside the tiles.

    id: the column that names a row, None for the number of the row; keep: columns that go through
    to the output; options: how a table is read that could be read in two ways.
    """

    id: str | None = None
    keep: tuple[str, ...] = ()
    options: DataOptions = AUTO


@dataclass(frozen=True)
class InputRange:
    """A piece of an input that becomes one shard.

    start, stop: in the unit of the form (bytes, rows, groups of rows, pictures). first_row: the
    number of its first row in the file, from 1. rows: how many there are, None where only reading
    can tell. size_bytes: its share of the file, for the progress.
    """

    start: int
    stop: int
    first_row: int
    rows: int | None
    size_bytes: int


@dataclass(frozen=True, kw_only=True)
class InputFile(JsonObject):
    """One input: `name` is its path, as it was typed or found; `member` a file inside an archive.

    `layout` is what its form found out about it and needs for reading, as JSON. `sha256` is of the
    file as it lies on the disk; empty until it was read to its end.
    """

    name: str
    form: str
    member: str = ""
    called: str = ""  # the name that messages have instead of the path
    size_bytes: int = 0
    modified_ns: int = 0
    sha256: str = ""
    rows_about: int = 0  # by its size, or exactly where it says so
    transposed: bool = False  # its tiles are turned before they are classified
    layout: Mapping[str, Any] = field(default_factory=dict)

    @property
    def shown(self) -> str:
        """The name as messages and the column `file` have it."""
        name = self.called or self.name
        return f"{name}: {self.member}" if self.member else name

    @classmethod
    def at(cls, path: str, form: str, member: str = "") -> InputFile:
        """The file at a path. Raises DataError."""
        with file_errors_as_data_error(path):
            found = os.stat(path)
        return cls(
            name=path,
            form=form,
            member=member,
            size_bytes=found.st_size,
            modified_ns=found.st_mtime_ns,
        )

    def refuse_changed(self) -> None:
        """Raise DataError where the file has another size or time than when the job began. The
        files of a folder are compared as a list, once a call."""
        if "listing" in self.layout:
            return
        now = InputFile.at(self.name, self.form, self.member)
        if (now.size_bytes, now.modified_ns) != (self.size_bytes, self.modified_ns):
            raise changed(self.name)


def changed(name: str) -> DataError:
    return DataError(
        f"{name}: was changed after this job began",
        hint="choose another place for the output, or begin again with --force",
    )
