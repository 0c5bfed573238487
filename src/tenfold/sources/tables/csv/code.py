"""Two lines of Python that mend a table, where all its faults are of one kind."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tenfold.digits import from_one
from tenfold.errors import Fault
from tenfold.sources.class_names import NUMBER_WORDS

FAULT = re.compile(r"(?P<column>.+) is (?P<value>.+?), expected .*", re.DOTALL)
EMPTY = re.compile(r".+ is empty")
READ = "\n  import pandas; table = pandas.read_csv('FILE')\n  "
WRITE = "; table.to_csv('OTHER.csv', index=False)"
LABELS = ("label", "Label", "y", "class", "target", "digit")

HINT_TEN = (
    f"{from_one.MESSAGE}; if the zero:{READ}table[{{label!r}}] %= 10{WRITE}\n"
    "if the nine, write -= 1 for %= 10"
)
HINT_NO_LABEL = "if -1 means that there is no label: --label none (in Python, label='none')"
HINT_EMPTY = f"if nothing stands for 0:{READ}table.fillna(0){WRITE[7:]}"
HINT_SCALED = (
    "undo the scaling, of the pixels and not of the label; of -1..1, where 1 is the ink:"
    f"{READ}table.loc[:, table.columns != {{label!r}}] = ((table.drop(columns={{label!r}}, "
    f"errors='ignore') + 1) * 127.5).round(){WRITE}\nof torchvision's normalisation, write "
    "* 0.3081 + 0.1307) * 255 for + 1) * 127.5"
)


def code_for(faults: Sequence[Fault]) -> str | None:
    """The remedy of faults that are all alike; None where they are not."""
    problems = [fault.problem for fault in faults if not fault.problem.startswith("...")]
    empty = sum(EMPTY.fullmatch(problem) is not None for problem in problems)
    if empty > 1 and empty >= len(problems) / 2:  # what is empty makes pandas write decimals
        return HINT_EMPTY
    found = [FAULT.fullmatch(problem) for problem in problems]
    matches = [match for match in found if match is not None]
    columns = {match["column"] for match in matches}
    if len(matches) < len(problems) or len(columns) != 1:
        return None
    column, values = columns.pop(), {match["value"].strip("'") for match in matches}
    labelled = column in LABELS
    if labelled and values == {"10"}:
        return HINT_TEN.format(label=column)
    if labelled and values == {"-1"}:
        return HINT_NO_LABEL
    if labelled and {value.lower() for value in values} <= set(NUMBER_WORDS):
        words = f"dict(zip({' '.join(NUMBER_WORDS)!r}.split(), range(10)))"
        mapped = f"table[{column!r}] = table[{column!r}].str.lower().map({words})"
        return f"write the digits:{READ}{mapped}{WRITE}"
    if not labelled and not column.startswith(("pixel", "column ")) and len(problems) > 1:
        return f"leave that column out:{READ}table = table.drop(columns={column!r}){WRITE}"
    return None
