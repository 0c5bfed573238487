"""The remedy for the faults of a CSV: it depends on the kind of most of them."""

from __future__ import annotations

import math
from collections.abc import Sequence

from tenfold.digits.frame_code import CSV, TableCode
from tenfold.errors import DataError, Fault
from tenfold.sources.refusals import HINT_DOWNLOAD
from tenfold.sources.tables.csv.code import code_for, code_for_scale
from tenfold.sources.tables.csv.faults import NUMBER_KINDS, CsvFault, FaultKind

SCALED_MIN = 100  # cells of one block: fewer are single faults, not another scale

HINT_LABELLED = (
    "correct these lines, or leave them out; pixels are whole numbers 0..255, labels 0..9"
)
HINT_UNLABELLED = (
    "correct these lines, and leave none out, for answers are numbered by their rows; pixels are "
    "whole numbers 0..255"
)
# int64 does not wrap: a value that is no level is still found afterwards
HINT_DECIMALS = "save whole numbers:" + CSV.mend("table = table.astype('int64')")
HINT_FRACTIONS = "scale the pixels back, and not the label:" + CSV.mend(
    "table.loc[:, table.columns != 'label'] = (table.drop(columns='label', errors='ignore') * 255)"
    ".round()"
)


def error_of(
    faults: Sequence[CsvFault],
    columns: Sequence[str],
    first_block: bytes | None = None,
    code: TableCode = CSV,
) -> DataError:
    """One error with all the faults of one file, and the remedy that fits most of them.

    `first_block`: the first block of lines, where every block has faults; else None. `code` reads
    and writes the file in remedies.
    """
    labelled = columns[0] == "label"
    if labelled and all(f.kind is FaultKind.DECIMAL_LABEL and not f.cut_off for f in faults):
        return DataError(faults, hint=HINT_DECIMALS)
    scale = _other_scale(first_block, labelled=labelled) if first_block else None
    # a fault of every cell is shown once, unless the file has faults of other kinds too; the last
    # line may be cut off
    if scale and _are_numbers(faults):
        description, remedy = scale
        first = faults[0]
        return DataError([Fault(first.place, f"{first.problem}: {description}")], hint=remedy)
    return DataError(faults, hint=_hint(faults, code, labelled=labelled))


def _are_numbers(faults: Sequence[CsvFault]) -> bool:
    """Whether all faults but one at most are of numbers, and none is of text."""
    numbers = sum(fault.kind in NUMBER_KINDS for fault in faults)
    text = any(fault.kind is FaultKind.NO_NUMBER for fault in faults)
    return numbers >= len(faults) - 1 and not text


def _hint(faults: Sequence[CsvFault], code: TableCode, *, labelled: bool) -> str:
    kinds = {fault.kind for fault in faults}
    if any(fault.cut_off for fault in faults):
        return "the download or the copy broke off: fetch the file again"
    if kinds == {FaultKind.REPEATED_HEADER}:
        return "remove the repeated header: files were joined without taking it off"
    if kinds == {FaultKind.BLANK_LINE}:
        return "remove the blank lines"
    if kinds & {FaultKind.NUL_BYTES, FaultKind.NOT_PARSED}:
        return HINT_DOWNLOAD
    return code_for(faults, code) or (HINT_LABELLED if labelled else HINT_UNLABELLED)


def _other_scale(block: bytes, *, labelled: bool) -> tuple[str, str] | None:
    """How the pixels of a block of lines are scaled, and the remedy; None where they are whole
    numbers 0..255, or of no known scale."""
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
        return f"the pixels are scaled, {low:.4g} to {high:.4g} here", code_for_scale(low)
    return None
