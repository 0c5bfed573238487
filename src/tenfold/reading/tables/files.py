"""The files that `tenfold read` writes beside its answers: a CSV, a workbook, a page of doubts."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from tenfold.errors import UsageError
from tenfold.files import refuse_existing
from tenfold.reading.answers.number import Reading
from tenfold.reading.tables.csv_file import csv_file
from tenfold.reading.tables.rows import Row, rows_of
from tenfold.reading.tables.workbook import refuse_missing_extra, workbook

ENDINGS = {"--xlsx": (".xlsx", "Excel"), "--doubtful": (".html", "a browser")}


class TableFiles:
    """The wanted files, each by its path or None, and a count of what is in them."""

    def __init__(self, *, csv: str | None, xlsx: str | None, doubtful: str | None) -> None:
        self._paths = {"--csv": csv, "--xlsx": xlsx, "--doubtful": doubtful}
        self._numbers = self._unsure = self._without = self._doubtful = 0

    @property
    def wanted(self) -> bool:
        """Whether any file is to be written."""
        return any(path is not None for path in self._paths.values())

    def refuse(self, *, force: bool) -> None:
        """Raise UsageError, OutputError or MissingExtraError for files that could not be written,
        or that no program would open."""
        given = {option: path for option, path in self._paths.items() if path is not None}
        for option, path in given.items():
            ending, program = ENDINGS.get(option, ("", ""))
            if not path.lower().endswith(ending):
                raise UsageError(
                    f"{option} {path}: {program} would not open a file of that name",
                    hint=f"give a name that ends in {ending}",
                )
            refuse_existing(path, force=force)
        if len({os.path.abspath(path) for path in given.values()}) < len(given):
            raise UsageError(f"{' and '.join(given)} name one file", hint="give each its own")
        if "--xlsx" in given:
            refuse_missing_extra()

    @contextlib.contextmanager
    def opened(self) -> Iterator[Callable[[Reading], None]]:
        """Yield a function that adds a reading to the files. Raises OutputError."""
        csv, xlsx, doubtful = self._paths.values()
        with contextlib.ExitStack() as files:
            writers: list[Callable[[Row], None]] = []
            if csv is not None:
                writers.append(files.enter_context(csv_file(Path(csv))))
            if xlsx is not None:
                writers.append(files.enter_context(workbook(Path(xlsx))))
            add_doubts: Callable[[Reading], int] = _nothing
            if doubtful is not None:
                from tenfold.reading.tables.doubtful_page import doubtful_page  # draws

                add_doubts = files.enter_context(doubtful_page(Path(doubtful)))

            def add(reading: Reading) -> None:
                self._doubtful += add_doubts(reading)
                for row in rows_of(reading) if writers else []:
                    self._numbers += row.row is not None
                    self._unsure += row.row is not None and row.reason != ""
                    self._without += row.row is None
                    for write in writers:
                        write(row)

            yield add

    def summary(self) -> Iterator[str]:
        """A line for each file that was written."""
        for option, path in self._paths.items():
            if path is None:
                continue
            if option == "--doubtful":
                yield f"{path}: {self._doubtful:,} not sure"
            else:
                numbers = _counted(self._numbers, "number")
                without = (
                    f"; {_counted(self._without, 'page')} without any" if self._without else ""
                )
                yield f"{path}: {numbers}, {self._unsure:,} not sure{without}"


def _nothing(reading: Reading) -> int:
    return 0


def _counted(count: int, one: str) -> str:
    return f"1 {one}" if count == 1 else f"{count:,} {one}s"
