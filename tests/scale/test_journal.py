"""parts.jsonl: every line that a crash has not cut is kept, whatever stands around it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tenfold.errors import OutputError
from tenfold.scale.journal import NAME, add_receipt, read_receipts, write_receipts
from tenfold.scale.shard import Receipt


def receipt(shard: int, rows: int = 5) -> Receipt:
    return Receipt(shard, rows, rows, 0, 1, "ab", 100)


def test_what_is_added_is_read_and_the_last_line_of_a_shard_counts(tmp_path: Path) -> None:
    assert read_receipts(tmp_path) == {}
    for added in (receipt(3), receipt(1), receipt(3, rows=7)):
        add_receipt(tmp_path, added)
    assert read_receipts(tmp_path) == {3: receipt(3, rows=7), 1: receipt(1)}


@pytest.mark.parametrize("left", range(0, 90, 9))
def test_a_line_that_was_cut_costs_itself_alone(tmp_path: Path, left: int) -> None:
    add_receipt(tmp_path, receipt(0))
    whole = (tmp_path / NAME).read_bytes()
    assert left < len(whole) - 1
    (tmp_path / NAME).write_bytes(whole + whole[:left])
    add_receipt(tmp_path, receipt(2))
    assert read_receipts(tmp_path) == {0: receipt(0), 2: receipt(2)}


def test_lines_that_are_no_receipts_are_left_out(tmp_path: Path) -> None:
    add_receipt(tmp_path, receipt(0))
    with (tmp_path / NAME).open("ab") as file:
        file.write(b'\xff\n[]\n{"shard": 1}\n7\n\n')
    assert read_receipts(tmp_path) == {0: receipt(0)}


def test_written_anew_it_is_in_the_order_of_the_shards(tmp_path: Path) -> None:
    for shard in (2, 0, 1):
        add_receipt(tmp_path, receipt(shard))
    write_receipts(tmp_path, read_receipts(tmp_path).values())
    assert list(read_receipts(tmp_path)) == [0, 1, 2]
    assert (tmp_path / NAME).read_bytes().count(b"\n") == 3


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / NAME).mkdir()
    with pytest.raises(OutputError, match=r"parts\.jsonl: cannot be written"):
        add_receipt(tmp_path, receipt(0))
