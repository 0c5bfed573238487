"""A table of numbers as CSV: UTF-8, commas, a header, texts in quotes."""

from __future__ import annotations

import contextlib
import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from tenfold.files import encoded, os_errors_as_output_error, staged_file
from tenfold.reading.tables.rows import COLUMNS, Row

FORMULA = ("=", "+", "-", "@", "\t", "\r")  # with which a spreadsheet begins to compute
NUMBER = re.compile(r"-[0-9]+(?:[.,][0-9]+)?")


@contextlib.contextmanager
def csv_file(path: Path) -> Iterator[Callable[[Row], None]]:
    """Yield a function that adds a row to a CSV file. Raises OutputError."""
    with staged_file(path) as file:

        def write(line: str) -> None:
            with os_errors_as_output_error(path):
                file.write(encoded(line))

        write(HEADER)
        yield lambda row: write(csv_line(row))


def csv_line(row: Row) -> str:
    """A row as a line."""
    texts = [safe(value) if isinstance(value, str) else value for value in row.values[1:]]
    return _line((safe(_plain_path(row.file)), *texts))


def _line(values: Sequence[object]) -> str:
    text = io.StringIO(newline="")
    # all texts in quotes: a semicolon in a name would part columns where that is the separator
    csv.writer(text, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n").writerow(values)
    return text.getvalue()


HEADER = _line(COLUMNS)


def _plain_path(name: str) -> str:
    """The same file by a name that no spreadsheet computes: `./=1+1.png`."""
    return f"./{name}" if name.startswith(FORMULA) else name


def safe(value: str) -> str:
    """The value, or with an apostrophe before it where a spreadsheet would compute it as a formula
    (OWASP, CSV injection). Negative numbers stay."""
    if not value.startswith(FORMULA) or NUMBER.fullmatch(value):
        return value
    return f"'{value}"
