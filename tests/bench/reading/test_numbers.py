"""The table of numbers that were read from pictures."""

from __future__ import annotations

import pytest

from bench.reading.case import Case
from bench.reading.numbers import numbers_table, shares
from bench.reading.results import Result
from readings import digit, number, reading


def result(label: str, forced: str, *, answered: bool = True, folder: str = "wild") -> Result:
    """What was read (`forced`) of a picture with a label."""
    read = reading((number(*(digit(int(c), 0.99 if answered else 0.5) for c in forced)),))
    case = Case(folder, "a person", "pen", "a.png", label, b"")
    return Result(case, forced, answered, 0.9, 0.1, read if forced else None)


RESULTS = [
    result("123", "123"),
    result("45", "46"),
    result("45", "45", answered=False),
    result("7", "7"),
    result("", "", answered=False),
    result("", "3"),
]


def test_exact_counts_what_is_forced_and_the_rest_what_was_answered() -> None:
    assert shares(RESULTS[:3]) == {
        "pictures": 3,
        "exact": 2,
        "answered": 2,
        "right_of_answered": 1,
        "names_a_digit": 2,
    }


def test_groups_are_told_by_the_label(capsys: pytest.CaptureFixture[str]) -> None:
    table = numbers_table(RESULTS)
    assert list(table) == ["wild, number", "wild, single digit", "wild, nothing to read"]
    assert table["wild, nothing to read"] == {
        "pictures": 2,
        "exact": 1,
        "answered": 1,
        "right_of_answered": 0,
        "names_a_digit": 1,
    }
    printed = capsys.readouterr().out
    assert "1 name a digit" in printed
    assert "66.7%" in printed  # two of three numbers are exact


def test_folders_are_apart(capsys: pytest.CaptureFixture[str]) -> None:
    table = numbers_table([result("12", "12"), result("12", "12", folder="amounts")])
    assert list(table) == ["amounts, number", "wild, number"]


def test_where_nothing_is_answered_there_is_no_share(capsys: pytest.CaptureFixture[str]) -> None:
    numbers_table([result("12", "12", answered=False)])
    assert " -\n" in capsys.readouterr().out.replace("- \n", "-\n")
