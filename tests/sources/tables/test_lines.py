"""A text file in blocks of whole lines."""

from __future__ import annotations

import hashlib
import io

import pytest

from tenfold.errors import DataError
from tenfold.sources.tables import lines as module
from tenfold.sources.tables.lines import Lines, refuse_size


def lines(content: bytes) -> Lines:
    return Lines(io.BytesIO(content), "a.csv")


@pytest.mark.parametrize("size", [3, 7, 1000])
def test_blocks_hold_whole_lines_and_know_their_numbers(
    size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BLOCK_BYTES", size)
    content = b"ab\n1,2\n3,4\n5,6"
    read = lines(content)
    blocks = list(read.blocks())
    assert b"".join(block for block, _ in blocks) == content[3:]
    number = 2
    for block, first in blocks[:-1]:
        assert first == number
        assert block.endswith(b"\n")
        number += block.count(b"\n")
    assert read.last_line_unended
    assert read.size_bytes == len(content)
    assert read.sha256.hexdigest() == hashlib.sha256(content).hexdigest()


def test_a_byte_order_mark_is_skipped_and_said() -> None:
    read = lines(b"\xef\xbb\xbflabel\n1\n")
    assert read.first == b"label"
    assert "byte order mark" in read.notes[0]


@pytest.mark.parametrize("start", [b"\x01\x02\n", b"\xff\x81\n", b"a" * 70_000])
def test_what_is_no_line_of_names_is_refused(start: bytes) -> None:
    with pytest.raises(DataError, match=r"a\.csv:1: is not a line"):
        lines(start)


def test_a_line_without_end_is_not_read_into_memory() -> None:
    read = lines(b"a\n1\n" + b"9" * 300_000)
    with pytest.raises(DataError, match=r"a\.csv:3: is too long for a line"):
        list(read.blocks())


def test_a_file_that_is_too_large_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    refuse_size(module.TEXT_BYTES_MAX, "a.csv")
    with pytest.raises(DataError, match=r"larger than 2\.0 GiB") as refused:
        refuse_size(module.TEXT_BYTES_MAX + 1, "a.csv")
    assert "several sources are joined" in refused.value.hint
