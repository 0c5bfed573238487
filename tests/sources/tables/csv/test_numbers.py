"""The fast parser of whole numbers."""

from __future__ import annotations

import io
import re

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tenfold.sources.tables.csv.numbers import parse_levels

CELLS = st.sampled_from(["0", "7", "42", "007", "255", "256", "1000", ""])

SEPARATORS = st.sampled_from([",", ",", "\n", "\r\n", "\r"])


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 30), st.integers(1, 40), st.integers(0, 2**31), st.booleans())
def test_the_fast_parser_reads_what_loadtxt_reads(
    rows: int, columns: int, seed: int, crlf: bool
) -> None:
    random = np.random.default_rng(seed)
    table = random.choice([0, 0, 0, 7, 10, 99, 100, 254, 255], (rows, columns))
    text = "\n".join(",".join(map(str, row)) for row in table.tolist()) + "\n"
    block = text.replace("\n", "\r\n").encode() if crlf else text.encode()
    parsed = parse_levels(block, columns, labelled=False)
    expected = np.loadtxt(io.StringIO(text), np.uint8, delimiter=",", ndmin=2)
    np.testing.assert_array_equal(parsed, expected)


@given(st.lists(st.tuples(CELLS, SEPARATORS), min_size=1, max_size=8), st.booleans())
def test_the_fast_parser_refuses_what_a_plain_reading_refuses(
    pieces: list[tuple[str, str]], ended: bool
) -> None:
    text = "".join(cell + separator for cell, separator in pieces)
    text = text if ended else text.rstrip("\r\n")
    parsed = parse_levels(text.encode(), 2, labelled=False) if text else None
    rows = [line.removesuffix("\r").split(",") for line in text.removesuffix("\n").split("\n")]
    good = all(
        len(row) == 2 and all(re.fullmatch("[0-9]{1,3}", cell) and int(cell) <= 255 for cell in row)
        for row in rows
    )
    if text.endswith("\r") or not good:
        assert parsed is None
    else:
        assert parsed is not None
        assert parsed.tolist() == [[int(cell) for cell in row] for row in rows]
