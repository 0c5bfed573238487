"""Kaggle's CSV layout, read strictly: `label,pixel0..pixel783`, or the pixels alone.

The rows are parsed block by block, so memory holds the pixels and one block. A block with anything
unusual is read again by csv_faults, which is slow, to find what is wrong and where.
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

import numpy as np

from tenfold.digits import SIDE, DataFile, Digits, Images
from tenfold.errors import DataError
from tenfold.sources import csv_faults
from tenfold.sources.csv_faults import CsvFault
from tenfold.sources.csv_header import HINT_HEADER, PIXEL_NAMES, layout_of
from tenfold.sources.csv_remedies import error_of
from tenfold.sources.file_errors import file_errors_as_data_error

BLOCK_BYTES = 1 << 17  # larger blocks leave the cache and are slower
LINE_BYTES_MAX = 1 << 16  # a row of 785 three-digit numbers has 3.1 kB
CSV_BYTES_MAX = 2 << 30  # 27 times Kaggle's train.csv

DigitsAndNotes = tuple[Digits, tuple[str, ...]]  # the notes are harmless oddities of the file


def read_csv_path(path: str) -> DigitsAndNotes:
    """Read a CSV file, plain or .gz. Raises DataError."""
    with file_errors_as_data_error(path), Path(path).open("rb") as raw:
        zipped = path.endswith(".gz")
        return read_csv(cast(BinaryIO, gzip.GzipFile(fileobj=raw)) if zipped else raw, path)


def read_csv(stream: BinaryIO, name: str) -> DigitsAndNotes:
    """Read a CSV: digits (labels None where there is no label column), and notes on oddities.

    `name` is the path as the user typed it; messages begin with it. Raises DataError.
    """
    content = _Content(stream, name)
    header = content.read_header()
    layout = layout_of(header, name)
    labelled = layout.labelled
    columns = ["label", *PIXEL_NAMES][not labelled :]
    blocks: list[tuple[Images, Images]] = []  # labels (or nothing) and pixels
    faults: list[CsvFault] = []
    first_faulty = b""
    for block, line in content.blocks():
        parsed = _parse(block, len(columns), labelled)
        if parsed is not None:
            # copies, so that the last joining is of contiguous memory
            blocks.append((parsed[:, :labelled].copy(), parsed[:, labelled:].copy()))
            continue
        first_faulty = first_faulty or block
        faults += csv_faults.faults_of(block, line, name, columns, at_end=content.ended)
        if len(faults) > csv_faults.COUNTED_MAX:
            break
    if faults:
        raise error_of(faults, columns, None if blocks else first_faulty)
    if not blocks:
        raise DataError(f"{name}: has a header and no rows", hint=csv_faults.HINT_DOWNLOAD)
    if content.last_line_unended:
        content.notes.append(
            f"{name}: the last line has no end: if the file was cut off there, its last value may "
            "be cut too"
        )
    images = np.concatenate([pixels for _, pixels in blocks]).reshape(-1, SIDE, SIDE)
    labels = np.concatenate([column for column, _ in blocks]).astype(np.int64)
    file = DataFile(name, content.sha256.hexdigest(), content.size_bytes, len(images), first_line=2)
    digits = Digits(images, labels[:, 0] if labelled else None, (file,))
    return digits, (*layout.notes, *content.notes)


def refuse_size(size_bytes: int, name: str) -> None:
    """Raise DataError for more than CSV_BYTES_MAX."""
    if size_bytes > CSV_BYTES_MAX:
        raise DataError(
            f"{name}: is larger than {CSV_BYTES_MAX / 2**30:.1f} GiB",
            hint="split it into several files; several sources are joined",
        )


class _Content:
    """A byte stream in blocks of whole lines; it is hashed and measured while it is read."""

    def __init__(self, stream: BinaryIO, name: str) -> None:
        self.stream = stream
        self.name = name
        self.sha256 = hashlib.sha256()
        self.size_bytes = 0
        self.notes: list[str] = []
        self.ended = False
        self.rest = b""
        self.last_line_unended = False

    def _read(self) -> bytes:
        block = self.stream.read(BLOCK_BYTES)
        self.sha256.update(block)
        self.size_bytes += len(block)
        refuse_size(self.size_bytes, self.name)
        return block

    def read_header(self) -> list[str]:
        """Read the names in the first line."""
        start = self._read()
        csv_faults.refuse_other_formats(start, self.name)
        if start.startswith(b"\xef\xbb\xbf"):
            self.notes.append(f"{self.name}: begins with a byte order mark, which was skipped")
            start = start[3:]
        line, newline, self.rest = start.partition(b"\n")
        if len(line) > LINE_BYTES_MAX or not line.isascii():
            raise DataError(f"{self.name}:1: is not a line of column names", hint=HINT_HEADER)
        self.ended = not newline
        return [cell.strip().strip('"') for cell in line.decode("ascii").split(",")]

    def blocks(self) -> Iterator[tuple[bytes, int]]:
        """Blocks of whole lines, each with the number of its first line."""
        line = 2
        while not self.ended:
            more = self._read()
            self.ended = not more
            block = self.rest + more
            end = len(block) if self.ended else block.rfind(b"\n") + 1
            block, self.rest = block[:end], block[end:]
            if block:
                self.last_line_unended = not block.endswith(b"\n")
                yield block, line
                line += block.count(b"\n")
            if len(self.rest) > LINE_BYTES_MAX:
                raise DataError(f"{self.name}:{line}: is too long for a line", hint=HINT_HEADER)


def _parse(block: bytes, columns: int, labelled: bool) -> Images | None:
    """Parse a block of whole lines as uint8 [rows, columns]; None if anything is unusual.

    The tests compare it with numpy.loadtxt, which takes several times as long. The ends of all
    numbers are found at once; each number is the sum of the one to three digits before its end.
    """
    if block.endswith(b"\r"):
        return None
    if not block.endswith(b"\n"):
        block += b"\n"
    # four line ends in front, so that every character has four before it
    padded = np.frombuffer(b"\n\n\n\n" + block, np.uint8)
    characters = padded[4:]
    digits = padded - np.uint8(ord("0"))
    is_digit = digits < 10  # all else is a comma or a line end, and wraps round to more
    is_return = characters == ord("\r")
    is_newline = characters == ord("\n")
    returns, rows = np.count_nonzero(is_return), np.count_nonzero(is_newline)
    separators = len(characters) - np.count_nonzero(is_digit[4:])
    ends = np.flatnonzero(is_digit[3:-1] & ~is_digit[4:])
    if (
        separators != np.count_nonzero(characters == ord(",")) + returns + rows
        or returns != np.count_nonzero(is_return[:-1] & is_newline[1:])
        or separators != len(ends) + returns  # empty cells
        or len(ends) != rows * columns
        or (characters[ends[columns - 1 :: columns]] == ord(",")).any()
    ):
        return None
    values = digits[3:-1].take(ends)
    tens = digits[2:-2].take(ends)
    longer = np.flatnonzero(tens < 10)
    at = ends[longer]
    hundreds = digits[1:-3].take(at)
    longest = hundreds < 10
    if (digits[:-4].take(at[longest]) < 10).any():
        return None
    numbers = values[longer] + np.uint16(10) * tens[longer] + np.uint16(100) * hundreds * longest
    if numbers.max(initial=0) > 255:
        return None
    values[longer] = numbers
    table = values.reshape(rows, columns)
    return None if labelled and table[:, 0].max() > 9 else table
