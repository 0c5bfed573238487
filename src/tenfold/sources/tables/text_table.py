"""A text table in any other layout than Kaggle's: what it holds is inferred from the table itself.

The rows are read block by block, in bounded memory.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from tenfold.digits import AUTO, DataFile, DataOptions, Digits
from tenfold.digits.frame_code import csv_code
from tenfold.digits.levels import EXCESS, LEVEL_MAX, range_problem
from tenfold.digits.table_frame import Frame, frame_of
from tenfold.errors import DataError
from tenfold.sources.contents import DigitsAndNotes
from tenfold.sources.refusals import HINT_DOWNLOAD
from tenfold.sources.tables.csv.faults import COUNTED_MAX, CsvFault
from tenfold.sources.tables.csv.header import other_columns
from tenfold.sources.tables.csv.remedies import error_of
from tenfold.sources.tables.dialect import LINES_LOOKED_AT, Dialect, dialect_of
from tenfold.sources.tables.faults import faults_of_table
from tenfold.sources.tables.first_line import are_names, row_taken_for_names
from tenfold.sources.tables.known_tables import HINT_FIRST_LINE, refuse_known_table
from tenfold.sources.tables.lines import Block, Lines
from tenfold.sources.tables.rows import TableRows

TITLE_CELLS_MAX = 10


@dataclass(frozen=True)
class TextTable:
    """A text table whose frame is known: its dialect, the number of the first row's line, and what
    to say of the first line."""

    name: str
    dialect: Dialect
    frame: Frame
    first_row: int
    words: tuple[str, ...] = ()


def read_table(
    lines: Lines, options: DataOptions = AUTO, taken: Iterable[Block] = ()
) -> DigitsAndNotes:
    """Read the digits of a text table, and notes. `taken` are blocks that were read already.

    Raises DataError, and UsageError for an option that does not fit.
    """
    blocks = itertools.chain(taken, lines.blocks())
    head = next(blocks, None)
    table, row = understand(lines, head, options)
    first = [(row, 1)] if row else []
    rest = [] if head is None else [head]
    return read_rows(lines, table, itertools.chain(first, rest, blocks))


def understand(lines: Lines, head: Block | None, options: DataOptions) -> tuple[TextTable, bytes]:
    """What the first lines of a table say of it; and its first line, if that is a row."""
    name, sample = lines.name, [] if head is None else head[0].split(b"\n")[:LINES_LOOKED_AT]
    rows = [line for line in sample if line.strip()]
    dialect = dialect_of(rows) or dialect_of([lines.first])
    refuse_known_table(lines.first, rows[0] if rows else b"", name)
    if dialect is None:
        raise other_columns(lines.first.decode(errors="replace").split(","), name)
    cells = dialect.cells(lines.first)
    names = dialect.names(lines.first)
    wide = Counter(len(dialect.cells(line)) for line in rows)
    count = wide.most_common(1)[0][0] if wide else len(names)
    words = dialect.words()
    row = b""
    restored = None if options.header else row_taken_for_names(cells)
    if restored is not None:
        words.append("line 1 is a row that was once taken for names, and is read as a row")
        row, names = dialect.separator.join(restored).encode() + b"\n", []
    elif not (are_names(cells) if options.header is None else options.header):
        words.insert(0, "no header")
        row, names = lines.first + b"\n", []
    elif len(names) == count + 1 and not names[-1]:  # the header ends in a separator too
        names.pop()
    elif len(names) == count - 1 and dialect.cells(rows[0])[0] != "0":
        # as R writes row names, which count from 1
        names.insert(0, "")
    if names and len(names) < TITLE_CELLS_MAX and wide:
        raise DataError(
            f"{name}:1: is a title above the table, '{' '.join(names)[:40].strip()}'",
            hint=HINT_FIRST_LINE,
        )
    if names and len(names) != count:
        raise other_columns(names, name)
    frame = frame_of(
        names or None,
        count,
        options,
        f"{name}:1",
        csv_code(*dialect.arguments(), header=bool(names)),
    )
    return TextTable(name, dialect, frame, 1 if row else 2, tuple(words)), row


def read_rows(lines: Lines, table: TextTable, blocks: Iterable[Block]) -> DigitsAndNotes:
    """Read the rows of a table whose frame is known. Raises DataError."""
    name = table.name
    rows = TableRows(table.frame, name, lambda row: f"{name}:{table.first_row + row}")
    for numbers in _numbers(table, blocks, rows.certain):
        rows.add(numbers)
    if not rows.count:
        raise DataError(f"{name}: has a header and no rows", hint=HINT_DOWNLOAD)
    images, labels, words = rows.finish()
    file = DataFile(
        name, lines.sha256.hexdigest(), lines.size_bytes, len(images), first_line=table.first_row
    )
    said = ", ".join([*table.words, *words])
    return Digits(images, labels, (file,)), (f"{name}: {said}", *lines.notes)


def _with_last(blocks: Iterable[Block]) -> Iterator[tuple[Block, bool]]:
    """Each block, and whether it is the last."""
    before: Block | None = None
    for block in blocks:
        if before is not None:
            yield before, False
        before = block
    if before is not None:
        yield before, True


def _numbers(
    table: TextTable, blocks: Iterable[Block], certain: npt.NDArray[np.int64]
) -> Iterator[npt.NDArray[np.float64] | npt.NDArray[np.uint8]]:
    """The numbers of each block [rows, columns]. Raises DataError with all faults."""
    faults: list[CsvFault] = []
    for block, last in _with_last(blocks):
        content = block[0].rstrip(b"\r\n") + b"\n" if last else block[0]
        if last and not content.strip():  # blank lines at the end of the file
            break
        numbers = table.dialect.parse(content, table.frame.count)
        if numbers is not None:
            _refuse_other_scale(numbers[:, certain], f"{table.name}:{block[1]}")
        whole = numbers is not None and _has_strays(numbers[:, certain])
        if numbers is None or whole or not _are_levels(numbers[:, certain]):
            faults += faults_of_table(
                (content if block[0].endswith(b"\n") else block[0], block[1]),
                table.name,
                table.dialect,
                table.frame,
                whole=whole,
                at_end=last and not block[0].endswith(b"\n"),
            )
            if len(faults) > COUNTED_MAX:
                break
        elif not faults:
            yield numbers
    if faults:
        labelled = table.frame.label or table.frame.spare
        raise error_of(faults, ["label" if labelled else "pixel0"], code=table.frame.code)


def _refuse_other_scale(pixels: npt.NDArray[Any], place: str) -> None:
    """Raise DataError where most rows hold other numbers than levels: no single faults."""
    rows = np.asarray(((pixels < 0) | (pixels > LEVEL_MAX + EXCESS)).any(axis=1))
    if np.count_nonzero(rows) > len(rows) / 2 > 1 and (problem := range_problem(pixels)):
        raise DataError(f"{place}: from here on, a pixel {problem[0]}", hint=problem[1])


def _are_levels(numbers: npt.NDArray[np.float64] | npt.NDArray[np.uint8]) -> bool:
    return bool(((numbers >= 0) & (numbers <= LEVEL_MAX + EXCESS)).all())


def _has_strays(numbers: npt.NDArray[np.float64] | npt.NDArray[np.uint8]) -> bool:
    """Whether a few rows among whole numbers up to 255 hold fractions: single faults, and no other
    way to write levels."""
    if numbers.dtype == np.uint8 or numbers.max(initial=0) <= 1 + EXCESS:
        return False
    rows = np.count_nonzero((numbers != np.rint(numbers)).any(axis=1))
    return bool(0 < rows < len(numbers) / 2)
