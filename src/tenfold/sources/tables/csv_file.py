"""A CSV: Kaggle's layout read fast and strictly, `label,pixel0..pixel783` or the pixels alone.

The rows are parsed block by block, so memory holds the pixels and one block. A block with anything
unusual is read again by csv_faults, which is slow, to find what is wrong and where. Other layouts
and dialects are left to table_file.
"""

from __future__ import annotations

import itertools
from typing import BinaryIO

import numpy as np

from tenfold.digits import AUTO, SIDE, DataFile, DataOptions, Digits, Images
from tenfold.digits.column_names import PIXEL_NAMES
from tenfold.digits.levels import range_problem
from tenfold.errors import DataError
from tenfold.kept_memory import memory_kept
from tenfold.sources.contents import DigitsAndNotes
from tenfold.sources.file_errors import file_errors_as_data_error
from tenfold.sources.refusals import HINT_DOWNLOAD
from tenfold.sources.tables import arff, libsvm
from tenfold.sources.tables.csv import faults as csv_faults
from tenfold.sources.tables.csv.faults import CsvFault
from tenfold.sources.tables.csv.header import Layout, layout_of
from tenfold.sources.tables.csv.numbers import parse_levels
from tenfold.sources.tables.csv.remedies import error_of
from tenfold.sources.tables.dialect import NUMBER, Dialect, dialect_of
from tenfold.sources.tables.lines import Block, Lines
from tenfold.sources.tables.text_table import read_table
from tenfold.sources.unpacking.compression import open_unpacked

PLAIN = Dialect(",")


def read_csv_path(path: str, options: DataOptions = AUTO) -> DigitsAndNotes:
    """Read a table of text, plain, .gz, .bz2 or .xz. Raises DataError."""
    with file_errors_as_data_error(path), open_unpacked(path) as stream:
        return read_csv(stream, path, options)


def read_csv(stream: BinaryIO, name: str, options: DataOptions = AUTO) -> DigitsAndNotes:
    """Read a table of text: digits (labels None where there is no label column), and notes.

    `name` is the path as the user typed it; messages begin with it. Raises DataError.
    """
    lines = Lines(stream, name)
    if arff.is_arff(lines):
        return arff.read_arff(lines, options)
    if libsvm.is_libsvm(lines):
        return libsvm.read_libsvm(lines)
    header = [cell.strip().strip('"') for cell in lines.first.decode().split(",")]
    layout = None if options.of_columns else layout_of(header, name)
    if layout is None:
        return read_table(lines, options)
    blocks = lines.blocks()
    head = next(blocks, None)
    if head is not None and _is_other_dialect(head, len(header)):
        return read_table(lines, options, [head])
    return _read_kaggle(lines, layout, itertools.chain([] if head is None else [head], blocks))


@memory_kept()
def _read_kaggle(lines: Lines, layout: Layout, blocks: itertools.chain[Block]) -> DigitsAndNotes:
    """Read Kaggle's layout, strictly. Raises DataError with all faults."""
    name, labelled = lines.name, layout.labelled
    columns = ["label", *PIXEL_NAMES][not labelled :]
    parts: list[tuple[Images, Images]] = []  # labels (or nothing) and pixels
    faults: list[CsvFault] = []
    first_faulty = b""
    for block, line in blocks:
        parsed = parse_levels(block, len(columns), labelled)
        if parsed is not None:
            # copies, so that the last joining is of contiguous memory
            parts.append((parsed[:, :labelled].copy(), parsed[:, labelled:].copy()))
            continue
        first_faulty = first_faulty or block
        faults += csv_faults.faults_of(block, line, name, columns, at_end=lines.ended)
        if len(faults) > csv_faults.COUNTED_MAX:
            break
    if faults:
        raise error_of(faults, columns, None if parts else first_faulty)
    if not parts:
        raise DataError(f"{name}: has a header and no rows", hint=HINT_DOWNLOAD)
    if lines.last_line_unended:
        lines.notes.append(
            f"{name}: the last line has no end: if the file was cut off there, its last value may "
            "be cut too"
        )
    images = np.concatenate([pixels for _, pixels in parts]).reshape(-1, SIDE, SIDE)
    if images.max() == 1:  # 0 and 1 of 255 would be nearly black
        images *= 255
        lines.notes.append(f"{name}: pixels 0 and 1, scaled to 0..255")
    labels = np.concatenate([column for column, _ in parts]).astype(np.int64)
    file = DataFile(name, lines.sha256.hexdigest(), lines.size_bytes, len(images), first_line=2)
    digits = Digits(images, labels[:, 0] if labelled else None, (file,))
    return digits, (*layout.notes, *lines.notes)


def _is_other_dialect(head: Block, columns: int) -> bool:
    """Whether rows below Kaggle's header are written in another way throughout: with decimals,
    quotes, blanks or other separators. Single faults are none."""
    rows = [line for line in head[0].split(b"\n") if line.strip()]
    dialect = dialect_of(rows)
    if dialect is None or parse_levels(head[0], columns, labelled=False) is not None:
        return False
    if dialect == PLAIN:
        unlike = sum(not all(map(bytes.isdigit, row.rstrip().split(b","))) for row in rows)
        good = all(NUMBER.fullmatch(cell) for row in rows[:2] for cell in dialect.cells(row))
        if unlike < len(rows) / 2 or not good:
            return False
    numbers = dialect.parse(head[0].rstrip(b"\r\n") + b"\n", columns)
    return numbers is not None and range_problem(numbers) is None
