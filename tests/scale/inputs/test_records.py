"""Records of a CSV: line breaks within quotes end none, and a stray quote swallows no file."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenfold.errors import DataError
from tenfold.scale.inputs import records
from tenfold.scale.inputs.records import record_blocks, record_ends, records_end, split_records


def blocks_of(content: bytes, monkeypatch: pytest.MonkeyPatch, size: int) -> list[bytes]:
    monkeypatch.setattr(records, "BLOCK_BYTES", size)
    return list(record_blocks(io.BytesIO(content).read, "t.csv"))


def test_lines_are_records() -> None:
    assert split_records(b"1,2\n3,4\r\n5,6") == [b"1,2", b"3,4\r", b"5,6"]
    assert record_ends(b"1,2\n3,4\r\n5,6", at_end=True).tolist() == [4, 9, 12]
    assert record_ends(b"1,2\n3,4\r\n5,6", at_end=False).tolist() == [4, 9]


def test_a_line_break_within_quotes_ends_no_record() -> None:
    content = b'1,"two\nlines"\n2,"a ""b""\n"\n'
    assert split_records(content) == [b'1,"two\nlines"', b'2,"a ""b""\n"']
    assert records_end(content[:-4]) == len(b'1,"two\nlines"\n')
    assert record_ends(content[:-4], at_end=False).tolist() == [len(b'1,"two\nlines"\n')]


def test_a_stray_quote_costs_its_own_line_alone() -> None:
    rest = b"".join(b"%d,%s\n" % (i, b"0" * 3000) for i in range(100))
    found = split_records(b'0,5" wide\n' + rest)
    assert len(found) == 101
    assert found[0] == b'0,5" wide'


def test_a_line_without_an_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DataError, match="has a line of more than 65,536 bytes"):
        blocks_of(b"1" * 300_000, monkeypatch, 1 << 17)


CELL = st.text('ab"\n,', max_size=6)


@given(st.lists(st.lists(CELL, min_size=2, max_size=3), max_size=20), st.integers(1, 40))
def test_blocks_of_any_size_hold_the_records_that_csv_reads(
    rows: list[list[str]], size: int
) -> None:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    content = text.getvalue().encode()
    with pytest.MonkeyPatch.context() as patch:
        blocks = blocks_of(content, patch, size)
    assert b"".join(blocks) == content
    found = [record for block in blocks for record in split_records(block)]
    assert len(found) == sum(len(record_ends(block, at_end=True)) for block in blocks)
    assert [next(csv.reader([record.decode()])) for record in found] == rows
