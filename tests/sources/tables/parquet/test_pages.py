"""The headers of Parquet's pages, and the limits on what they promise."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenfold.errors import DataError
from tenfold.sources.tables.parquet import pages as parquet_pages
from tenfold.sources.tables.parquet.pages import check_footer, largest_page, read_struct


def page(unpacked: int, packed: int) -> bytes:
    """A page header of Thrift's compact protocol, and as many bytes of content."""

    def signed(number: int) -> bytes:
        value, coded = (number << 1) ^ (number >> 63), b""
        value &= (1 << 64) - 1
        while True:
            coded += bytes([value & 127 | (128 if value > 127 else 0)])
            value >>= 7
            if not value:
                return coded

    return b"\x15\x00\x15" + signed(unpacked) + b"\x15" + signed(packed) + b"\x00" + bytes(packed)


def test_the_largest_page_of_all_columns_is_found() -> None:
    first, second = page(100, 5) + page(900, 7), page(300, 3)
    chunks = [(4, len(first)), (4 + len(first), len(second))]
    file = io.BytesIO(b"PAR1" + first + second)
    assert largest_page(file, chunks, "a") == 900


@pytest.mark.parametrize(("unpacked", "packed"), [(101, 5), (-1, 5)])
def test_a_page_that_promises_too_much_is_refused(
    unpacked: int, packed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet_pages, "PAGE_BYTES_MAX", 100)
    content = page(unpacked, packed)
    with pytest.raises(DataError, match="a: unpacks to too much"):
        largest_page(io.BytesIO(content), [(0, len(content))], "a")


def test_many_small_pages_are_refused_together(monkeypatch: pytest.MonkeyPatch) -> None:
    content = page(60, 1) * 3
    assert largest_page(io.BytesIO(content), [(0, len(content))], "a") == 60
    monkeypatch.setattr(parquet_pages, "FILE_BYTES_MAX", 150)
    with pytest.raises(DataError, match="180 bytes or more"):
        largest_page(io.BytesIO(content), [(0, len(content))], "a")


def test_a_damaged_page_is_named_by_its_place() -> None:
    content = page(60, 1) + b"\xff"
    with pytest.raises(DataError, match="a damaged page at byte 8"):
        largest_page(io.BytesIO(content), [(0, len(content))], "a")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"PAR1", "cut short or damaged"),
        (b"PAR1" + bytes(20), "cut short or damaged"),
        (b"PAR1" + b"\xff\xff\xff\x7fPAR1", "list of columns is too large"),
    ],
)
def test_a_file_has_to_end_like_parquet(content: bytes, said: str) -> None:
    with pytest.raises(DataError, match=said):
        check_footer(io.BytesIO(content), "a")
    check_footer(io.BytesIO(b"PAR1" + b"\x04\0\0\0" + b"PAR1"), "a")


def test_a_thrift_struct_is_read_field_by_field() -> None:
    # 1: i32 0, 2: i32 300, 3: i32 -7, 5: struct {1: i32 9}, 8: binary "ab"
    content = bytes([0x15, 0, 0x15, 0xD8, 4, 0x15, 13, 0x2C, 0x15, 18, 0, 0x38, 2]) + b"ab\0"
    assert read_struct(content) == ({1: 0, 2: 300, 3: -7}, len(content))


@given(st.binary(max_size=60))
def test_any_bytes_are_a_struct_or_an_error(content: bytes) -> None:
    try:
        _, length = read_struct(content)
    except (IndexError, ValueError):
        return
    assert length <= len(content)
