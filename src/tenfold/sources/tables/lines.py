"""A text file in blocks of whole lines, hashed and measured while it is read."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import BinaryIO

from tenfold.errors import DataError
from tenfold.sources.refusals import refuse_other_formats
from tenfold.sources.tables.csv.header import HINT_HEADER

BLOCK_BYTES = 1 << 17  # larger blocks leave the cache and are slower
LINE_BYTES_MAX = 1 << 16  # a row of 785 three-digit numbers has 3.1 kB, of exponents 20
TEXT_BYTES_MAX = 2 << 30  # 27 times Kaggle's train.csv

HINT_LATIN_1 = (
    "if its names are in Latin-1, as old programs write:\n"
    "  text = open('FILE', encoding='latin-1', newline='').read()\n"
    "  open('OTHER.csv', 'w', encoding='utf-8', newline='').write(text)"
)
HINT_CR = (
    "write them with LF:\n"
    "  text = open('FILE', encoding='utf-8-sig').read()  # any end of line\n"
    "  open('OTHER.csv', 'w', encoding='utf-8').write(text)"
)

Block = tuple[bytes, int]  # whole lines, and the number of the first one


def refuse_size(size_bytes: int, name: str) -> None:
    """Raise DataError for more than TEXT_BYTES_MAX."""
    if size_bytes > TEXT_BYTES_MAX:
        raise DataError(
            f"{name}: is larger than {TEXT_BYTES_MAX / 2**30:.1f} GiB",
            hint="split it into several files; several sources are joined",
        )


class Lines:
    """A stream of text. `first` is its first line without its end; `blocks` has the others.

    Memory holds one block. Making one, and reading, raise DataError.
    """

    def __init__(self, stream: BinaryIO, name: str) -> None:
        self.name = name
        self.sha256 = hashlib.sha256()
        self.size_bytes = 0
        self.notes: list[str] = []
        self.last_line_unended = False
        self._stream = stream
        self._line = 2
        start = self._read()
        refuse_other_formats(start, name)
        if start.startswith(b"\xef\xbb\xbf"):
            self.notes.append(f"{name}: begins with a byte order mark, which was skipped")
            start = start[3:]
        self.first, newline, self._rest = start.partition(b"\n")
        if b"\r" in self.first.rstrip(b"\r"):
            raise DataError(f"{name}: its lines end in CR alone", hint=HINT_CR)
        if _is_latin_1(self.first):
            raise DataError(f"{name}:1: is not UTF-8 text", hint=HINT_LATIN_1)
        if len(self.first) > LINE_BYTES_MAX or not _is_text(self.first):
            raise DataError(f"{name}:1: is not a line of column names", hint=HINT_HEADER)
        self.ended = not newline

    def blocks(self) -> Iterator[Block]:
        """Blocks of whole lines, the last one without a line end where the file has none."""
        while not self.ended:
            more = self._read()
            self.ended = not more
            block = self._rest + more
            end = len(block) if self.ended else block.rfind(b"\n") + 1
            block, self._rest = block[:end], block[end:]
            if block:
                self.last_line_unended = not block.endswith(b"\n")
                yield block, self._line
                self._line += block.count(b"\n")
            if len(self._rest) > LINE_BYTES_MAX:
                raise DataError(
                    f"{self.name}:{self._line}: is too long for a line", hint=HINT_HEADER
                )

    def _read(self) -> bytes:
        block = self._stream.read(BLOCK_BYTES)
        self.sha256.update(block)
        self.size_bytes += len(block)
        refuse_size(self.size_bytes, self.name)
        return block


def _is_latin_1(line: bytes) -> bool:
    """Whether a line is text of 8 bits a character, such as old programs write, and no UTF-8."""
    try:
        line.decode()
    except UnicodeDecodeError:
        return line.decode("latin-1").removesuffix("\r").replace("\t", "").isprintable()
    return False


def _is_text(line: bytes) -> bool:
    try:
        return line.decode().removesuffix("\r").replace("\t", "").isprintable()
    except UnicodeDecodeError:
        return False
