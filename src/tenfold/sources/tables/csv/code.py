"""Two lines of Python that mend a table, where all its faults are of one kind."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from tenfold.digits import PIXELS, from_one
from tenfold.digits.frame_code import CSV, TableCode
from tenfold.digits.tile import NUMBER_WORDS
from tenfold.errors import Fault
from tenfold.sources.class_names import class_of

FAULT = re.compile(r"(?P<column>.+) is (?P<value>.+?), expected .*", re.DOTALL)
EMPTY = re.compile(r".+ is empty")
LABELS = ("label", "Label", "y", "class", "target", "digit")

HINT_NO_LABEL = "if -1 means that there is no label: --label none (in Python, label='none')"


def code_for_scale(low: float, code: TableCode = CSV) -> str:
    """The remedy of pixels that were scaled to below 0, of which `low` is the lowest."""
    back, of = "+ 1) * 127.5", "-1..1, where 1 is the ink"
    if low > -0.9:  # a ground of -0.42 is that of torchvision's examples
        back, of = "* 0.3081 + 0.1307) * 255", "torchvision's normalisation"
    pixels = f"((table.drop(columns='label', errors='ignore') {back}).round().clip(0, 255)"
    mended = code.mend(f"table.loc[:, table.columns != 'label'] = {pixels}")
    return f"undo the scaling, of the pixels and not of the label; of {of}:{mended}"


def code_for(faults: Sequence[Fault], code: TableCode = CSV) -> str | None:
    """The remedy of faults that are all alike; None where they are not."""
    problems = [fault.problem for fault in faults if not fault.problem.startswith("...")]
    if (remedy := _for_empty_cells(faults, code)) is not None:
        return remedy
    found = [FAULT.fullmatch(problem) for problem in problems]
    matches = [match for match in found if match is not None]
    columns = {match["column"] for match in matches}
    if len(matches) < len(problems) or len(columns) != 1:
        return None
    column, values = columns.pop(), {match["value"].strip("'") for match in matches}
    labelled = column in LABELS
    if labelled and values == {"10"}:
        mended = code.mend(f"table[{column!r}] %= 10")
        return f"{from_one.MESSAGE}; if the zero:{mended}\nif the nine, write -= 1 for %= 10"
    if labelled and values == {"-1"}:
        return HINT_NO_LABEL
    if labelled and {value.lower() for value in values} <= set(NUMBER_WORDS):
        words = f"dict(zip({' '.join(NUMBER_WORDS)!r}.split(), range(10)))"
        mapped = f"table[{column!r}] = table[{column!r}].str.lower().map({words})"
        return f"write the digits:{code.mend(mapped)}"
    if labelled and all(class_of(value) is not None for value in values):  # digit_7
        number = f"table[{column!r}] = table[{column!r}].str.extract('([0-9])', expand=False)"
        return f"write the digits alone:{code.mend(number)}"
    if not labelled and not column.startswith(("pixel", "column ")) and len(problems) > 1:
        return f"leave that column out:{code.mend(f'table = table.drop(columns={column!r})')}"
    return None


def _for_empty_cells(faults: Sequence[Fault], code: TableCode) -> str | None:
    """The remedy of cells that are empty: a few, which stand for 0, or whole rows."""
    empty = [fault for fault in faults if EMPTY.fullmatch(fault.problem)]
    problems = sum(not fault.problem.startswith("...") for fault in faults)
    if len(empty) < 2 or len(empty) < problems / 2:  # empty cells make pandas write decimals
        return None
    in_row = Counter(fault.place for fault in empty)
    if max(in_row.values()) > PIXELS:  # the label too
        whole = "table = table.dropna(how='all')"
        return f"leave out rows of empty cells:{code.mend(whole)}"
    return f"if nothing stands for 0:{code.mend('table = table.fillna(0)')}"
