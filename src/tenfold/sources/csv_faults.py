"""What is wrong with a CSV, where, and what to do about it. Reached only by files that are."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from tenfold.errors import DataError, Fault
from tenfold.framing.formats import format_of
from tenfold.framing.kinds import NAMES, kind_of
from tenfold.sources.csv_header import GRID_NAMES, LABEL_NAMES, PIXEL_NAMES

COUNTED_MAX = 10_000  # faults; who has more wants another file, not an exact count
SCALED_MIN = 100  # cells of one block: fewer are single faults, not another scale

HINT_DOWNLOAD = "download the file again; Kaggle's begins with the line label,pixel0,...,pixel783"
HINT_LABELLED = (
    "correct these lines, or leave them out; pixels are whole numbers 0..255, labels 0..9"
)
HINT_UNLABELLED = (
    "correct these lines, and leave none out, for answers are numbered by their rows; pixels are "
    "whole numbers 0..255"
)
# int64, which does not wrap: what is no level after it is still told
HINT_DECIMALS = "save whole numbers: frame.astype('int64').to_csv(OTHER, index=False)"
HINT_FRACTIONS = "scale the pixels back, and not the label: (255 * pixels).round().astype('int64')"
HINT_SCALED = (
    "undo the scaling, of the pixels and not of the label, until they are 0..255 again, then round "
    "them and save whole numbers"
)


def refuse_other_formats(start: bytes, name: str) -> None:
    """Raise DataError if the first bytes of a file are not those of a text table."""
    if not start:
        raise DataError(f"{name}: is empty", hint=HINT_DOWNLOAD)
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise DataError(f"{name}: is UTF-16 text", hint="save it as UTF-8 (plain CSV)")
    if known := format_of(start):
        raise DataError(f"{name}: is {known.name}, not a table of rows", hint=known.remedy)
    if kind := kind_of(start):
        raise DataError(
            f"{name}: is a picture ({NAMES.get(kind, kind)}), not a table of rows",
            hint=f"read it with: tenfold read {name}; or put pictures of one digit each into a "
            "folder (labelled ones into its folders 0 to 9) and give the folder",
        )
    if b"\0" in start[:4096]:
        raise DataError(
            f"{name}: holds NUL bytes: not a text file",
            hint=f"if it was CSV, {HINT_DOWNLOAD}; else save it as CSV",
        )


def diagnose(
    block: bytes, first_line: int, name: str, columns: Sequence[str], *, broken_off: bool
) -> list[Fault]:
    """All faults of a block of lines, in order, up to COUNTED_MAX.

    `broken_off`: the block is the end of the file, so a last line without an end may be cut.
    """
    lines = block.split(b"\n")
    unended = lines.pop()  # empty where the last line has its end
    faults: list[Fault] = []
    for number, line in enumerate(lines, first_line):
        problems = _line_problems(line.removesuffix(b"\r"), columns)
        faults += [Fault(f"{name}:{number}", text) for text in problems]
        if len(faults) > COUNTED_MAX:
            return faults[:COUNTED_MAX] + [Fault(f"{name}:{number}", "... reading stopped here")]
    if unended:
        number = first_line + len(lines)
        problems = _line_problems(unended, columns)
        if problems and broken_off:
            problems = [f"the last line is cut off: {problems[0]}"]
        faults += [Fault(f"{name}:{number}", text) for text in problems]
    # what the parser refuses and the rules above let pass is still refused
    return faults or [Fault(f"{name}:{first_line}", "cannot be read as numbers")]


def _line_problems(line: bytes, columns: Sequence[str]) -> list[str]:
    if b"\0" in line:
        return ["holds NUL bytes"]
    if not line.strip():
        return ["is blank"]
    cells = line.decode("utf-8", errors="replace").split(",")
    if _is_header(cells, columns):
        return ["is the header again"]
    if len(cells) != len(columns):
        return [f"{len(cells)} columns, expected {len(columns)}"]
    return [
        problem
        for cell, column in zip(cells, columns, strict=True)
        if (problem := _cell_problem(cell, column))
    ]


def _is_header(cells: Sequence[str], columns: Sequence[str]) -> bool:
    """Whether these are the names of `columns`, in either style."""
    names = [cell.strip().strip('"') for cell in cells]
    if columns[0] == "label":
        first, *names = names
        if first.lower() not in LABEL_NAMES:
            return False
    return names in (PIXEL_NAMES, GRID_NAMES)


def _cell_problem(cell: str, column: str) -> str | None:
    """Why `cell` is no value of `column`; None for a good one."""
    highest = 9 if column == "label" else 255
    if cell.isascii() and cell.isdigit() and len(cell) <= 3 and int(cell) <= highest:
        return None
    if not cell.strip():
        return f"{column} is empty"
    shown = cell if len(cell) <= 20 else cell[:17] + "..."
    expected = f"0..{highest}" if _is_integer(cell) else f"a whole number 0..{highest}"
    if not _is_number(cell) or cell != cell.strip():
        shown = repr(shown)
    return f"{column} is {shown}, expected {expected}"


def as_error(
    faults: list[Fault], columns: Sequence[str], everywhere: bytes | None = None
) -> DataError:
    """The faults of one file as one error, with the remedy that fits most of them.

    `everywhere`: the first block of lines, where no block was without a fault.
    """
    labelled = columns[0] == "label"
    texts = [fault.problem for fault in faults]
    other = _other_scale(everywhere, labelled=labelled) if everywhere else None
    if labelled and _are_decimal_labels(texts):
        return DataError(faults, hint=HINT_DECIMALS)
    of_cells = sum(
        ", expected a whole number" in text or ", expected 0.." in text for text in texts
    )
    # the same fault everywhere is told once, unless others (but for the last line) are among them
    if other and of_cells >= len(faults) - 1 and not any(" is '" in text for text in texts):
        what, remedy = other
        return DataError([Fault(faults[0].place, f"{faults[0].problem}: {what}")], hint=remedy)
    if any("cut off" in text for text in texts):
        hint = "the download or the copy broke off: fetch the file again"
    elif all(text == "is the header again" for text in texts):
        hint = "remove the repeated header: files were joined without taking it off"
    elif all(text == "is blank" for text in texts):
        hint = "remove the blank lines"
    elif any("NUL" in text or "cannot be read" in text for text in texts):
        hint = HINT_DOWNLOAD
    else:
        hint = HINT_LABELLED if labelled else HINT_UNLABELLED
    return DataError(faults, hint=hint)


def _are_decimal_labels(texts: Sequence[str]) -> bool:
    """Whether all faults are labels such as 7.0."""
    found = [re.match(r"label is [0-9]\.0*,", text) for text in texts]
    return all(found)


def _other_scale(block: bytes, *, labelled: bool) -> tuple[str, str] | None:
    """How the pixels of a block are saved, if it is not as whole numbers 0..255, and the remedy."""
    rows = [line.split(b",")[labelled:] for line in block.splitlines()]
    cells = [cell.strip() for row in rows for cell in row]
    others = [cell for cell in cells if not cell.isdigit()]
    try:
        numbers = [float(cell) for cell in cells if cell]
    except ValueError:
        return None
    if len(others) < SCALED_MIN or not all(map(math.isfinite, numbers)):
        return None
    low, high = min(numbers), max(numbers)
    if all(number.is_integer() for number in numbers) and low >= 0 and 1 < high <= 255:
        return "the pixels are saved as decimals", HINT_DECIMALS
    if low >= 0 and high <= 1:
        return "the pixels are scaled to 0..1", HINT_FRACTIONS
    if low < 0:
        return f"the pixels are scaled, {low:.4g} to {high:.4g} here", HINT_SCALED
    return None


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _is_integer(text: str) -> bool:
    return text.lstrip("+-").isdigit()
