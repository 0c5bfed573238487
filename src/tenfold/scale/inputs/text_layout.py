"""The layout of a CSV, understood from samples of it: which columns are the pixels, their scale."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from tenfold.console import printable_line
from tenfold.digits import PIXELS, DataOptions
from tenfold.digits.columns import resolve
from tenfold.digits.levels import EXCESS, LEVEL_MAX, range_problem
from tenfold.digits.table_frame import Frame
from tenfold.errors import DataError
from tenfold.files.json_object import JsonObject
from tenfold.sources.refusals import HINT_DOWNLOAD
from tenfold.sources.tables import arff, libsvm
from tenfold.sources.tables.dialect import NUMBER, Dialect
from tenfold.sources.tables.lines import Lines
from tenfold.sources.tables.text_table import TextTable, understand

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
SAMPLED_ROWS = 1000  # of the beginning, and of each other sample
Numbers = npt.NDArray[np.float64]  # [rows, columns]; NaN where a cell is no number


@dataclass(frozen=True, kw_only=True)
class TextLayout(JsonObject):
    """How the rows of a text table are written. The 784 pixels lie side by side.

    columns: of a row; first_pixel: the first of the 784; others: the names of the other columns and
    their places, None without a header; top: 255, or 1 for pixels 0..1; whole:
    pixels are whole numbers; begin: the byte where the rows begin; first_line: that line's number.
    """

    separator: str
    quoted: bool
    decimal_comma: bool
    trailing: bool
    columns: int
    first_pixel: int
    others: Mapping[str, int] | None
    top: int
    whole: bool
    begin: int
    first_line: int

    @property
    def dialect(self) -> Dialect:
        return Dialect(self.separator, self.quoted, self.decimal_comma, self.trailing)

    def column(self, name: str, file: str) -> int:
        """The place of a column that the job wants. Raises DataError where there is none."""
        if self.others is None or name not in self.others:
            have = "it has no header" if self.others is None else "it has no others"
            if self.others:
                have = f"it has {', '.join(list(self.others)[:5])}"
            raise DataError(
                f"{file}: has no column '{name}' beside the pixels: {have}", hint="check the name"
            )
        return self.others[name]

    @classmethod
    def of(cls, lines: Lines, options: DataOptions, others: Sequence[bytes] = ()) -> Self:
        """Understand a table from its first lines and from `others`, blocks of rows of other parts
        of the file. Raises DataError, and UsageError for an option that does not fit."""
        if arff.is_arff(lines) or libsvm.is_libsvm(lines):
            kind = "ARFF" if arff.is_arff(lines) else "LIBSVM's text"
            raise DataError(
                f"{lines.name}: is {kind}, which is not read in shards",
                hint="save it as CSV or Parquet, or read it whole: tenfold predict",
            )
        head = next(lines.blocks(), None)
        table, row = understand(lines, head, options)
        if row and row != lines.first + b"\n":
            raise DataError(
                f"{lines.name}:1: is a row that was once taken for names, and changed",
                hint="write it again without a header, or read it whole: tenfold predict",
            )
        begin = 0 if row else len(lines.first) + 1
        begin += len(BYTE_ORDER_MARK) * any("byte order mark" in note for note in lines.notes)
        first = row + (b"" if head is None else head[0])
        samples = [_numbers(table, block) for block in (first, *others)]
        if not len(samples[0]):
            raise DataError(f"{lines.name}: has a header and no rows", hint=HINT_DOWNLOAD)
        at = _first_pixel(table, samples)
        pixels = np.concatenate([sample[:, at : at + PIXELS] for sample in samples])
        pixels = pixels[np.isfinite(pixels).all(axis=1)]
        top, whole = _scale(pixels, lines.name)
        dialect = table.dialect
        return cls(
            separator=dialect.separator,
            quoted=dialect.quoted,
            decimal_comma=dialect.decimal_comma,
            trailing=dialect.trailing,
            columns=table.frame.count,
            first_pixel=at,
            others=_others(table.frame, at),
            top=top,
            whole=whole,
            begin=begin,
            first_line=table.first_row,
        )

    def words(self) -> str:
        """What was understood, for a note; empty for pixels 0..255 by name or alone."""
        others = [c for c in range(self.columns) if not 0 <= c - self.first_pixel < PIXELS]
        words = [] if self.others is not None else ["no header"]
        words += self.dialect.words()
        if self.others is None and others:
            words.append(f"pixels in columns {self.first_pixel + 1} to {self.first_pixel + PIXELS}")
        return ", ".join([*words, "pixels 0..1, scaled to 0..255"] if self.top == 1 else words)


def _numbers(table: TextTable, block: bytes) -> Numbers:
    """The rows of a sample that have all columns; NaN for what is no number."""
    rows = []
    for line in block.split(b"\n")[:SAMPLED_ROWS]:
        cells = table.dialect.cells(line) if line.strip() else []
        if len(cells) == table.frame.count:
            rows.append([float(cell) if NUMBER.fullmatch(cell) else np.nan for cell in cells])
    return np.array(rows, np.float64).reshape(-1, table.frame.count)


def _first_pixel(table: TextTable, samples: Sequence[Numbers]) -> int:
    """The first of 784 pixel columns. Raises DataError where the samples leave it open."""
    frame, name = table.frame, table.name
    starts = [
        pixels[0]
        for start in range(frame.spare + 1)
        if _side_by_side(pixels := frame.pixels[start : start + PIXELS])
        and all(_may_be_pixels(sample[:, pixels[0] : pixels[-1] + 1]) for sample in samples)
    ]
    if not starts:
        every = np.concatenate(samples)
        raise DataError(f"{name}: {_no_pixels(frame, every)}", hint=_pixels_hint(frame))
    if len(starts) == 1:
        return starts[0]
    free = samples[0][:, list(frame.free)]
    free = free[np.isfinite(free).all(axis=1)]
    columns = resolve(frame, free, name, lambda row: f"{name}:{table.first_row + row}")
    if columns.labels is not None and int(columns.pixels[0]) in starts:
        return int(columns.pixels[0])
    raise DataError(
        f"{name}: which of its {frame.count} columns are the 784 pixels cannot be told",
        hint="say which column is the label: --label first, last or a name (in Python, label=...)",
    )


def _side_by_side(columns: Sequence[int]) -> bool:
    return columns[-1] - columns[0] == PIXELS - 1


def _may_be_pixels(numbers: Numbers) -> bool:
    """Whether most rows hold levels: single bad rows decide nothing."""
    good = ((numbers >= 0) & (numbers <= LEVEL_MAX + EXCESS)).all(axis=1)
    return not len(numbers) or bool(good.mean() > 0.5)


def _no_pixels(frame: Frame, rows: Numbers) -> str:
    if not _side_by_side(frame.pixels[:PIXELS]):
        return "its 784 pixels do not lie side by side"
    pixels = rows[:, frame.pixels[0] : frame.pixels[0] + PIXELS]
    finite = pixels[np.isfinite(pixels).all(axis=1)]
    problem = range_problem(finite) if len(finite) else None
    return f"a pixel {problem[0]}" if problem else "most of its rows hold no pixels 0..255"


def _pixels_hint(frame: Frame) -> str:
    if not _side_by_side(frame.pixels[:PIXELS]):
        return "move the other columns to the left or the right of the pixels"
    return "scale them to whole numbers 0..255, 0 for the ground; tenfold check FILE shows more"


def _scale(pixels: Numbers, name: str) -> tuple[int, bool]:
    """The highest level, 255 or 1, and whether the pixels are whole numbers."""
    if not len(pixels):
        raise DataError(
            f"{name}: none of the first rows holds 784 numbers",
            hint=f"tenfold check {printable_line(name)}",
        )
    inked = pixels[pixels.any(axis=1)]  # blank rows are of every scale
    if not len(inked) or (inked.max(axis=1) > 1 + EXCESS).mean() > 0.5:
        fractions = np.asarray((inked != np.rint(inked)).any(axis=1))
        return LEVEL_MAX, not len(inked) or bool(fractions.mean() < 0.5)
    return 1, False


def _others(frame: Frame, first_pixel: int) -> dict[str, int] | None:
    """The columns that are no pixels, by name."""
    if frame.names is None:
        return None
    pixels = range(first_pixel, first_pixel + PIXELS)
    return {name: place for place, name in enumerate(frame.names) if place not in pixels}
