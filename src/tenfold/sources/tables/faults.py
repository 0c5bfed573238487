"""The faults of a text table in any dialect, and their places."""

from __future__ import annotations

from collections.abc import Collection

from tenfold.digits.table_frame import Frame
from tenfold.sources.tables.csv.faults import COUNTED_MAX, CsvFault, FaultKind, Problem
from tenfold.sources.tables.dialect import NUMBER, Dialect
from tenfold.sources.tables.lines import Block

LEVEL_MAX = 255


def faults_of_table(
    block: Block, name: str, dialect: Dialect, frame: Frame, *, whole: bool, at_end: bool
) -> list[CsvFault]:
    """All faults of a block of lines, up to COUNTED_MAX. `whole`: pixels are whole numbers.
    `at_end`: a last line without its end may be cut off."""
    content, number = block
    pixels = frozenset(range(frame.count)).difference(frame.free)
    faults: list[CsvFault] = []
    lines = content.split(b"\n")
    ended = not lines[-1]
    for line in lines[: len(lines) - ended]:
        last = line is lines[-1] and at_end
        for kind, text in _line_problems(line, dialect, frame, pixels, whole=whole):
            message = f"the last line is cut off: {text}" if last else text
            faults.append(CsvFault(f"{name}:{number}", message, kind, cut_off=last))
            if last:
                break
        if len(faults) > COUNTED_MAX:
            more = CsvFault(f"{name}:{number}", "... reading stopped here", FaultKind.MORE)
            return [*faults[:COUNTED_MAX], more]
        number += 1
    not_parsed = CsvFault(f"{name}:{block[1]}", "cannot be read as numbers", FaultKind.NOT_PARSED)
    return faults or [not_parsed]


def _line_problems(
    line: bytes, dialect: Dialect, frame: Frame, pixels: Collection[int], *, whole: bool
) -> list[Problem]:
    if b"\0" in line:
        return [(FaultKind.NUL_BYTES, "holds NUL bytes")]
    if not line.strip():
        return [(FaultKind.BLANK_LINE, "is blank")]
    if frame.names is not None and tuple(dialect.names(line)) == frame.names:
        return [(FaultKind.REPEATED_HEADER, "is the header again")]
    cells = dialect.cells(line)
    if len(cells) != frame.count:
        return [(FaultKind.COLUMN_COUNT, f"{len(cells)} columns, expected {frame.count}")]
    return [
        problem
        for column, cell in enumerate(cells)
        if (problem := _cell_problem(cell, frame.short(column), column in pixels, whole))
    ]


def _cell_problem(cell: str, column: str, pixel: bool, whole: bool) -> Problem | None:
    if not cell:
        return FaultKind.EMPTY_CELL, f"{column} is empty"
    shown = cell if len(cell) <= 20 else cell[:17] + "..."
    if not NUMBER.fullmatch(cell):
        return FaultKind.NO_NUMBER, f"{column} is {shown!r}, expected a number"
    value = float(cell)
    if pixel and not 0 <= value <= LEVEL_MAX:
        return FaultKind.OTHER_NUMBER, f"{column} is {shown}, expected 0..255"
    if pixel and whole and not value.is_integer():
        return FaultKind.OTHER_NUMBER, f"{column} is {shown}, expected a whole number 0..255"
    if value in (float("inf"), float("-inf")):
        return FaultKind.OTHER_NUMBER, f"{column} is {shown}, expected a smaller number"
    return None
