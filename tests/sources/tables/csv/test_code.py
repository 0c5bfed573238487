"""Which faults have code that mends them; `test_habits.py` runs it."""

from __future__ import annotations

import pytest

from tenfold.errors import Fault
from tenfold.sources.tables.csv.code import code_for


def faults(*problems: str) -> list[Fault]:
    return [Fault(f"x.csv:{n}", problem) for n, problem in enumerate(problems, 2)]


@pytest.mark.parametrize(
    ("problems", "said"),
    [
        (["label is 10, expected 0..9"] * 2, "table['label'] %= 10"),
        (["y is -1, expected 0..9"], "--label none"),
        (["label is 'two', expected 0..9", "label is 'One', expected 0..9"], ".map("),
        (["pixel1 is empty"] * 3, "fillna(0)"),
        (["writer is 'a', expected a number"] * 2, "drop(columns='writer')"),
    ],
)
def test_faults_of_one_kind_have_code(problems: list[str], said: str) -> None:
    assert said in (code_for(faults(*problems)) or "")


@pytest.mark.parametrize(
    "problems",
    [
        ["pixel1 is empty"],
        ["pixel3 is 'x', expected a whole number 0..255"],
        ["label is 12, expected 0..9"],
        ["label is 10, expected 0..9", "pixel3 is 300, expected a whole number 0..255"],
        ["is blank"],
        [],
    ],
)
def test_single_and_mixed_faults_have_none(problems: list[str]) -> None:
    assert code_for(faults(*problems)) is None
