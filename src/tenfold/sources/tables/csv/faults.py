"""The faults of a CSV: of which kind each one is, and where. Only a file with faults gets here."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

from tenfold.digits.column_names import GRID_NAMES, LABEL_NAMES, PIXEL_NAMES
from tenfold.errors import Fault

COUNTED_MAX = 10_000  # faults; a file with more needs to be replaced, not counted exactly

DECIMAL_LABEL = re.compile(r"[0-9]\.0*")


class FaultKind(Enum):
    """What is wrong with a line or a cell. The remedy depends on it."""

    NUL_BYTES = auto()
    BLANK_LINE = auto()
    REPEATED_HEADER = auto()
    COLUMN_COUNT = auto()
    EMPTY_CELL = auto()
    OTHER_NUMBER = auto()  # no whole number, or out of range
    DECIMAL_LABEL = auto()  # a label such as 7.0
    NO_NUMBER = auto()  # text, or a number with spaces around it
    NOT_PARSED = auto()  # refused by the parser alone
    MORE = auto()  # reading stopped here


NUMBER_KINDS = frozenset((FaultKind.OTHER_NUMBER, FaultKind.DECIMAL_LABEL))


@dataclass(frozen=True)
class CsvFault(Fault):
    """A fault of a line. `cut_off`: the line is the last one, and the file may end in it."""

    kind: FaultKind
    cut_off: bool = False


Problem = tuple[FaultKind, str]


def faults_of(
    block: bytes, first_line: int, name: str, columns: Sequence[str], *, at_end: bool
) -> list[CsvFault]:
    """All faults of a block of lines, in order, up to COUNTED_MAX.

    `first_line` is the number of the block's first line in the file `name`. `at_end`: the block is
    the end of the file, so a last line without a line end may be cut off.
    """
    lines = block.split(b"\n")
    unended = lines.pop()  # empty where the last line has its end
    faults: list[CsvFault] = []
    for number, line in enumerate(lines, first_line):
        place = f"{name}:{number}"
        problems = _line_problems(line.removesuffix(b"\r"), columns)
        faults += [CsvFault(place, text, kind) for kind, text in problems]
        if len(faults) > COUNTED_MAX:
            stopped = CsvFault(place, "... reading stopped here", FaultKind.MORE)
            return [*faults[:COUNTED_MAX], stopped]
    if unended:
        place = f"{name}:{first_line + len(lines)}"
        problems = _line_problems(unended, columns)
        if problems and at_end:
            kind, text = problems[0]
            faults.append(CsvFault(place, f"the last line is cut off: {text}", kind, cut_off=True))
        else:
            faults += [CsvFault(place, text, kind) for kind, text in problems]
    # what the parser refuses and the rules above let pass is still refused
    not_parsed = CsvFault(f"{name}:{first_line}", "cannot be read as numbers", FaultKind.NOT_PARSED)
    return faults or [not_parsed]


def _line_problems(line: bytes, columns: Sequence[str]) -> list[Problem]:
    if b"\0" in line:
        return [(FaultKind.NUL_BYTES, "holds NUL bytes")]
    if not line.strip():
        return [(FaultKind.BLANK_LINE, "is blank")]
    cells = line.decode("utf-8", errors="replace").split(",")
    if _is_header(cells, columns):
        return [(FaultKind.REPEATED_HEADER, "is the header again")]
    if len(cells) != len(columns):
        return [(FaultKind.COLUMN_COUNT, f"{len(cells)} columns, expected {len(columns)}")]
    return [
        problem
        for cell, column in zip(cells, columns, strict=True)
        if (problem := _cell_problem(cell, column))
    ]


def _is_header(cells: Sequence[str], columns: Sequence[str]) -> bool:
    """Whether `cells` are the names of `columns`, in either style."""
    names = [cell.strip().strip('"') for cell in cells]
    if columns[0] == "label":
        first, *names = names
        if first.lower() not in LABEL_NAMES:
            return False
    return names in (PIXEL_NAMES, GRID_NAMES)


def _cell_problem(cell: str, column: str) -> Problem | None:
    """Why `cell` is not a value of `column`; None for a good value."""
    highest = 9 if column == "label" else 255
    if cell.isascii() and cell.isdigit() and len(cell) <= 3 and int(cell) <= highest:
        return None
    if not cell.strip():
        return FaultKind.EMPTY_CELL, f"{column} is empty"
    shown = cell if len(cell) <= 20 else cell[:17] + "..."
    expected = f"0..{highest}" if _is_integer(cell) else f"a whole number 0..{highest}"
    if not _is_number(cell) or cell != cell.strip():
        return FaultKind.NO_NUMBER, f"{column} is {shown!r}, expected {expected}"
    decimal = column == "label" and DECIMAL_LABEL.fullmatch(cell)
    kind = FaultKind.DECIMAL_LABEL if decimal else FaultKind.OTHER_NUMBER
    return kind, f"{column} is {shown}, expected {expected}"


def _is_integer(text: str) -> bool:
    return text.lstrip("+-").isdigit()


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
