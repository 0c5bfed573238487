"""Compressed files, recognised by their content: gzip, bzip2 and xz, unpacked in bounded memory."""

from __future__ import annotations

import bz2
import contextlib
import gzip
import io
import lzma
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

XZ_MEMORY_BYTES_MAX = 256 << 20  # xz -9 needs 65 MB; a header may ask for 4 GB
CHUNK_BYTES = 1 << 16
MAGICS = ((b"\x1f\x8b", "gz"), (b"BZh", "bz2"), (b"\xfd7zXZ\0", "xz"))
ENDINGS = (".gz", ".bz2", ".xz")


def compression_of(start: bytes) -> str | None:
    """How a file with these first bytes is compressed: "gz", "bz2", "xz"; None for any other."""
    return next((name for magic, name in MAGICS if start.startswith(magic)), None)


def unpacked_name(name: str) -> str:
    """The name of a file without the ending of its packing: `a.csv` for `a.csv.gz`."""
    return next((name.removesuffix(ending) for ending in ENDINGS if name.endswith(ending)), name)


@contextlib.contextmanager
def open_unpacked(path: str) -> Iterator[BinaryIO]:
    """Open a file, unpacking what is compressed. Reading raises the errors of the standard library
    for damaged files."""
    with Path(path).open("rb") as raw:
        yield unpacked_stream(raw)


def unpacked_stream(raw: io.BufferedReader) -> BinaryIO:
    """The content of a stream, unpacking what is compressed."""
    kind = compression_of(raw.peek(8)[:8])
    if kind == "gz":
        return cast(BinaryIO, gzip.GzipFile(fileobj=raw))
    if kind == "bz2":
        return cast(BinaryIO, bz2.BZ2File(raw))
    if kind == "xz":
        return cast(BinaryIO, io.BufferedReader(XzStream(raw), CHUNK_BYTES))
    return raw


class XzStream(io.RawIOBase):
    """The content of an .xz file; lzma.LZMAFile takes whatever memory a header asks for."""

    def __init__(self, raw: BinaryIO) -> None:
        self._raw = raw
        self._decoder = self._new_decoder()
        self._begun = False

    def _new_decoder(self) -> lzma.LZMADecompressor:
        return lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=XZ_MEMORY_BYTES_MAX)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        while True:
            if self._decoder.eof:  # another stream may follow
                packed = self._decoder.unused_data.lstrip(b"\0") or self._raw.read(CHUNK_BYTES)
                if not packed.strip(b"\0"):
                    return 0
                self._decoder = self._new_decoder()
            else:
                packed = self._raw.read(CHUNK_BYTES) if self._decoder.needs_input else b""
                if not packed and self._decoder.needs_input:
                    raise EOFError("Compressed file ended before the end-of-stream marker")
            content = self._decoder.decompress(packed, len(buffer))
            if content:
                buffer[: len(content)] = content
                return len(content)
