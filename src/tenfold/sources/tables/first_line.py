"""The first line of a text table: names of columns, or a row."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tenfold.sources.tables.dialect import NUMBER

REPEATED = re.compile(r"(\d+)(?:\.\d+|_duplicated_\d+)")  # as pandas and polars rename a column


def are_names(cells: Sequence[str]) -> bool:
    """Whether the cells of a first line are names of columns: not numbers, or numbers in sequence,
    as pandas calls columns that have no names."""
    numbers = [cell for cell in cells if NUMBER.fullmatch(cell)]
    if len(numbers) < len(cells) / 2:
        return True
    whole = [int(cell) for cell in numbers if cell.isdigit()]
    return len(whole) == len(numbers) and whole == list(range(whole[0], whole[0] + len(whole)))


def row_taken_for_names(cells: Sequence[str]) -> list[str] | None:
    """The row that a program once took for the header: "0", "0.1", "0.2" were all 0, and were made
    different; None for other cells."""
    row = [REPEATED.sub(r"\1", cell) for cell in cells]
    if not all(cell.isdigit() for cell in row) or len(set(row)) > len(row) / 2:
        return None
    counts: dict[str, int] = {}
    for number, cell in zip(row, cells, strict=True):
        count = counts.get(number, 0)
        counts[number] = count + 1
        if cell not in (
            {number} if not count else {f"{number}.{count}", f"{number}_duplicated_{count - 1}"}
        ):
            return None
    return row
