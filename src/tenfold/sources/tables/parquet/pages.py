"""The pages of a Parquet file, measured before any of them is unpacked.

A reader allocates what the header of a page says (parquet-format, PageHeader), so a file of a few
kilobytes can ask for gigabytes. Headers are Thrift structs in its compact protocol.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import BinaryIO

from tenfold.errors import DataError

PAGE_BYTES_MAX = 64 << 20  # writers make pages of 1 MB
FILE_BYTES_MAX = 2 << 30  # all pages, unpacked
HEADER_BYTES_MAX = 1 << 20
FOOTER_BYTES_MAX = 16 << 20
PAGES_MAX = 1_000_000
DEPTH_MAX = 8
UNPACKED_SIZE, PACKED_SIZE = 2, 3  # fields of PageHeader
HINT = "if you trust it, write it anew: pandas.read_parquet(FILE).to_csv(OTHER, index=False)"

Chunk = tuple[int, int]  # where the pages of one column chunk begin, and their bytes


def check_footer(file: BinaryIO, name: str) -> None:
    """Raise DataError for a file that does not end like Parquet, or has a large footer."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - 8))
    end = file.read(8)
    if size < 12 or not end.endswith(b"PAR1"):
        raise DataError(f"{name}: is cut short or damaged", hint="download or copy it again")
    if int.from_bytes(end[:4], "little") > FOOTER_BYTES_MAX:
        raise DataError(f"{name}: its list of columns is too large", hint=HINT)


def largest_page(file: BinaryIO, chunks: Iterable[Chunk], name: str) -> int:
    """The unpacked bytes of the largest page. Raises DataError where a page, or all of them
    together, would unpack to too much."""
    largest = total = pages = 0
    for start, size in chunks:
        position, end = start, start + size
        while position < end:
            file.seek(position)
            try:
                fields, length = read_struct(file.read(min(HEADER_BYTES_MAX, end - position)))
                unpacked, packed = fields[UNPACKED_SIZE], fields[PACKED_SIZE]
            except (IndexError, KeyError, ValueError) as problem:
                raise DataError(
                    f"{name}: has a damaged page at byte {position:,}", hint="copy it again"
                ) from problem
            largest, total, pages = max(largest, unpacked), total + unpacked, pages + 1
            limits = unpacked <= PAGE_BYTES_MAX and total <= FILE_BYTES_MAX and pages <= PAGES_MAX
            if unpacked < 0 or packed < 0 or not limits:
                raise DataError(
                    f"{name}: unpacks to too much: {max(unpacked, total):,} bytes or more",
                    hint=HINT,
                )
            position += length + packed
    return largest


def read_struct(data: bytes) -> tuple[dict[int, int], int]:
    """The whole-number fields of a Thrift struct, and its length in bytes.

    Raises IndexError where it is cut short, ValueError where it is no such struct.
    """
    return _Compact(data).struct(0)


class _Compact:
    """Thrift's compact protocol (thrift-compact-protocol.md), as far as page headers need it."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    def struct(self, depth: int) -> tuple[dict[int, int], int]:
        fields: dict[int, int] = {}
        number = 0
        while head := self._byte():
            delta, kind = head >> 4, head & 15
            number = number + delta if delta else self._signed()
            value = self._value(kind, depth)
            if value is not None:
                fields[number] = value
        return fields, self._at

    def _value(self, kind: int, depth: int) -> int | None:
        if depth > DEPTH_MAX:
            raise ValueError("nested too deeply")
        if kind in (1, 2):  # true and false have no bytes
            return None
        if kind == 3:
            self._at += 1
        elif kind in (4, 5, 6):
            return self._signed()
        elif kind == 7:
            self._at += 8
        elif kind == 8:
            length = self._varint()
            self._at += length
        elif kind in (9, 10):
            self._list(depth)
        elif kind == 12:
            self.struct(depth + 1)
        else:
            raise ValueError(f"type {kind}")
        if self._at > len(self._data):
            raise IndexError
        return None

    def _list(self, depth: int) -> None:
        head = self._byte()
        count, kind = head >> 4, head & 15
        for _ in range(self._varint() if count == 15 else count):
            if kind in (1, 2):  # in lists, these have a byte
                self._at += 1
            else:
                self._value(kind, depth + 1)
            if self._at > len(self._data):
                raise IndexError

    def _byte(self) -> int:
        self._at += 1
        return self._data[self._at - 1]

    def _varint(self) -> int:
        value = shift = 0
        while True:
            byte = self._byte()
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value
            if shift > 63:
                raise ValueError("too long a number")

    def _signed(self) -> int:
        value = self._varint()
        return (value >> 1) ^ -(value & 1)
