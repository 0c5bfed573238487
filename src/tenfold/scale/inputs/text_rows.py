"""Rows of a CSV as tiles: block by block by the fast parser, line by line where that refuses."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np
import numpy.typing as npt

from tenfold.digits import PIXELS, SIDE
from tenfold.digits.column_names import PIXEL_NAMES
from tenfold.digits.levels import EXCESS, LEVEL_MAX
from tenfold.digits.table_frame import Frame
from tenfold.scale.inputs.batch import BadRow, Batch
from tenfold.scale.inputs.input_file import RowOptions
from tenfold.scale.inputs.records import QUOTE, split_records
from tenfold.scale.inputs.text_layout import TextLayout
from tenfold.sources.tables.csv.numbers import parse_levels
from tenfold.sources.tables.faults import faults_of_table

NONE: list[BadRow] = []
Pixels = npt.NDArray[np.uint8]  # [rows, 784]
Cells = tuple[list[str], list[str]]  # those before the pixels, and those after them


class TextRows:
    """Reads the records of one CSV. `wanted` columns are found by name; raises DataError."""

    def __init__(self, layout: TextLayout, name: str, wanted: RowOptions) -> None:
        self._layout, self._name = layout, name
        self._kept = {column: layout.column(column, name) for column in wanted.keep}
        self._id = None if wanted.id is None else layout.column(wanted.id, name)
        self._all_pixels = layout.columns == PIXELS
        self._after = layout.columns - layout.first_pixel - PIXELS
        self._dialect = layout.dialect
        # what faults call a pixel; its place among the pixels, not among the columns
        self._frame = Frame(PIXELS, tuple(PIXEL_NAMES), tuple(range(PIXELS)))

    def batches(self, blocks: Iterable[bytes], first_row: int) -> Iterator[Batch]:
        """A batch for each block of whole records; `first_row` is the number of the first one."""
        row = first_row
        for block in blocks:
            batch, count = self._batch(block, row)
            row += count
            yield batch

    def _batch(self, block: bytes, row: int) -> tuple[Batch, int]:
        """The batch of a block, and how many records it has."""
        pixels = self._fast(block)
        if pixels is not None:
            rows = np.arange(row, row + len(pixels))
            images = pixels.reshape(-1, SIDE, SIDE)
            return Batch(images, rows, size_bytes=len(block)), len(pixels)
        records = split_records(block)
        split, texts = self._split(records)
        levels = self._levels(b"\n".join(texts) + b"\n") if len(texts) == len(records) else None
        if levels is not None:
            good, bad = list(range(len(records))), NONE
        else:
            levels, good, bad = self._one_by_one(records, row)
            split = [split[place] for place in good]
        return (
            Batch(
                levels.reshape(-1, SIDE, SIDE),
                row + np.array(good, np.int64),
                None if self._id is None else self._column(split, self._id),
                {name: self._column(split, at) for name, at in self._kept.items()},
                bad,
                len(block),
            ),
            len(records),
        )

    def _fast(self, block: bytes) -> Pixels | None:
        """The pixels of a block in which every column is a whole number, where no other column is
        wanted; else None."""
        if self._kept or self._id is not None or self._layout.top != LEVEL_MAX:
            return None
        if self._layout.separator != ",":
            return None
        table = parse_levels(block, self._layout.columns, labelled=False)
        if table is None or self._all_pixels:
            return table
        return table[:, self._layout.first_pixel :][:, :PIXELS]

    def _split(self, records: Sequence[bytes]) -> tuple[list[Cells], list[bytes]]:
        """The other cells of each record, and the texts of the pixels of those that have all."""
        split: list[Cells] = []
        texts: list[bytes] = []
        for record in records:
            cells, text = self._cut(record)
            split.append(cells)
            if text is not None:
                texts.append(text)
        return split, texts

    def _cut(self, record: bytes) -> tuple[Cells, bytes | None]:
        """Split a record into other cells and the text of its pixels; None for one without them."""
        layout = self._layout
        record = record.removesuffix(b"\r")
        if layout.trailing:
            record = record.rstrip(b" ").removesuffix(layout.separator.encode())
        if layout.separator == " ":
            record = b" ".join(record.split())
        separator = layout.separator.encode()
        if QUOTE in record:
            return self._cut_quoted(record)
        before = record.split(separator, layout.first_pixel)
        after = before.pop().rsplit(separator, self._after) if self._after else [before.pop()]
        whole = len(before) == layout.first_pixel and len(after) == self._after + 1
        cells = [_text(cell) for cell in before], [_text(cell) for cell in after[1:]]
        return cells, after[0] if whole else None

    def _cut_quoted(self, record: bytes) -> tuple[Cells, bytes | None]:
        layout = self._layout
        try:
            cells = next(csv.reader([_text(record)], delimiter=layout.separator, strict=True))
        except (csv.Error, StopIteration):
            return ([], []), None
        if len(cells) != layout.columns:
            return ([], []), None
        first, last = layout.first_pixel, layout.first_pixel + PIXELS
        pixels = cells[first:last]
        if layout.decimal_comma:
            pixels = [cell.replace(",", ".") for cell in pixels]
        text = layout.separator.join(pixels).encode(errors="replace")
        return (cells[:first], cells[last:]), text

    def _levels(self, text: bytes) -> Pixels | None:
        """The pixels of lines that have nothing else; None if anything is unusual."""
        if self._layout.top == LEVEL_MAX and self._layout.separator == ",":
            levels = parse_levels(text, PIXELS, labelled=False)
            if levels is not None:
                return levels
        numbers = self._dialect.parse(text, PIXELS)
        if numbers is None or numbers.min(initial=0) < 0:
            return None
        if numbers.max(initial=0) > self._layout.top + EXCESS:
            return None
        if self._layout.top == 1:
            return np.rint(np.minimum(numbers, 1) * LEVEL_MAX).astype(np.uint8)
        if self._layout.whole and numbers.dtype != np.uint8 and (numbers != np.rint(numbers)).any():
            return None
        return np.rint(numbers).astype(np.uint8)

    def _one_by_one(
        self, records: Sequence[bytes], row: int
    ) -> tuple[Pixels, list[int], list[BadRow]]:
        """The pixels of the good records, their places among all, and the bad ones."""
        tiles: list[Pixels] = []
        good: list[int] = []
        bad: list[BadRow] = []
        for place, record in enumerate(records):
            _, text = self._cut(record)
            levels = None if text is None else self._levels(text + b"\n")
            if levels is not None and len(levels) == 1:
                tiles.append(levels)
                good.append(place)
                continue
            line = row + place + self._layout.first_line - 1
            bad.append(BadRow(str(line), self._reason(record, text)))
        return np.concatenate([np.empty((0, PIXELS), np.uint8), *tiles]), good, bad

    def _reason(self, record: bytes, text: bytes | None) -> str:
        if b"\0" in record:
            return "holds NUL bytes"
        if not record.strip():
            return "is blank"
        cells = len(self._dialect.names(record))
        if text is None or cells != self._layout.columns:
            return f"{cells} columns, expected {self._layout.columns}"
        # a Dialect without what was taken off already: the pixels have no trailing separator
        faults = faults_of_table(
            (text + b"\n", 1), self._name, self._dialect, self._frame,
            whole=self._layout.whole, at_end=False,
        )  # fmt: skip
        reason = faults[0].problem
        if self._layout.top == 1 and reason == "cannot be read as numbers":
            return "a pixel is above 1, and those of other rows are 0..1"
        return reason

    def _column(self, split: Sequence[Cells], at: int) -> list[str]:
        """The texts of a column beside the pixels; a pixel column is no such column."""
        first = self._layout.first_pixel
        if at < first:
            return [before[at] for before, _ in split]
        return [after[at - first - PIXELS] for _, after in split]


def _text(content: bytes) -> str:
    return content.decode("utf-8", errors="replace")


Reader = Callable[[int], bytes]
