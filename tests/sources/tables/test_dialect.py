"""The dialect of a text table."""

from __future__ import annotations

import numpy as np
import pytest

from tenfold.sources.tables.dialect import Dialect, dialect_of

ROW = [str(i % 256) for i in range(785)]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (",".join(ROW), Dialect(",")),
        (";".join(ROW), Dialect(";")),
        ("\t".join(ROW) + "\r", Dialect("\t")),
        ("  ".join(ROW), Dialect(" ")),
        (", ".join(ROW), Dialect(",")),
        (";".join(f"0,{cell}" for cell in ROW), Dialect(";", decimal_comma=True)),
        (",".join(f'"{cell}"' for cell in ROW), Dialect(",", quoted=True)),
        (",".join(f'"0,{cell}"' for cell in ROW), Dialect(",", quoted=True, decimal_comma=True)),
        (",".join(ROW) + ",", Dialect(",", trailing=True)),
        ("1,2,3", None),
        (",".join(ROW * 2), None),
    ],
)
def test_it_is_told_from_a_row(line: str, expected: Dialect | None) -> None:
    assert dialect_of([line.encode()] * 3) == expected


@pytest.mark.parametrize(
    ("dialect", "text", "plain"),
    [
        (Dialect(";", decimal_comma=True), "0,5;1\n2;3\n", "0.5,1\n2,3\n"),
        (Dialect(","), "1 , 2\n 3,\t4\r\n", "1,2\n3,4\r\n"),
        (Dialect(" "), "  1  2\n3\t4 \n", "1,2\n3,4\n"),
        (Dialect(",", quoted=True), "\"1\",'2'\n", "1,2\n"),
        (Dialect(",", quoted=True, decimal_comma=True), '"0,5","1"\n', "0.5,1\n"),
        (Dialect(",", trailing=True), "1,2,\r\n3,4,\n", "1,2\r\n3,4\n"),
    ],
)
def test_it_is_rewritten_as_plain_numbers(dialect: Dialect, text: str, plain: str) -> None:
    assert dialect.plain(text.encode()).decode() == plain


@pytest.mark.parametrize(
    "text", ["1 2,3\n", "1,x\n", "1,\n", "1,2,3\n", "1,nan\n", "1,inf\n", "\n"]
)
def test_what_is_no_row_of_numbers_is_not_parsed(text: str) -> None:
    assert Dialect(",").parse(text.encode(), 2) is None


def test_numbers_above_255_are_parsed_too() -> None:
    found = Dialect(",").parse(b"1000,2e2\n0.5,3\n", 2)
    np.testing.assert_array_equal(found, [[1000, 200], [0.5, 3]])
