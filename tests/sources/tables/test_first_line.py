"""The first line of a table."""

from __future__ import annotations

import pytest

from tenfold.sources.tables.first_line import are_names, row_taken_for_names


@pytest.mark.parametrize(
    ("cells", "names"),
    [
        (["label", "pixel0", "pixel1"], True),
        (["label", "0", "1", "2"], True),
        (["0", "1", "2", "3"], True),
        (["5", "0", "0", "255"], False),
        (["5", "x", "0", "255"], False),
        (["0.5", "1.5", "0.0"], False),
        (["", "a", "b"], True),
    ],
)
def test_names_are_told_from_numbers(cells: list[str], names: bool) -> None:
    assert are_names(cells) is names


@pytest.mark.parametrize(
    "cells",
    [["5", "0", "0.1", "0.2", "0.3", "0.4"], ["5", "0", "0_duplicated_0", "0_duplicated_1"]],
)
def test_a_row_that_was_taken_for_names_is_restored(cells: list[str]) -> None:
    assert row_taken_for_names(cells) == ["5", *["0"] * (len(cells) - 1)]


@pytest.mark.parametrize(
    "cells", [["5", "0", "0", "0"], ["1", "2", "3"], ["0.5", "0.25", "0.5"], ["a", "a.1", "a.2"]]
)
def test_other_lines_are_left_alone(cells: list[str]) -> None:
    assert row_taken_for_names(cells) is None
