"""Limits for untrusted archives: on the size that they unpack to, and on the memory that their
directories take."""

from __future__ import annotations

import contextlib
import io
import lzma
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO, Any

from tenfold.errors import DataError, TenfoldError
from tenfold.sources.unpacking.member_names import printable

UNPACKED_BYTES_MAX = 4 * 2**30  # 30 times Kaggle's files
# What zipfile and tarfile take into memory by themselves: a zip's directory (about 100 bytes a
# member) and the headers between two files of a tar (a few hundred bytes each).
ZIP_DIRECTORY_BYTES_MAX = 16 * 2**20
TAR_HEADER_BYTES_MAX = 2**20
EMPTY_READS_MAX = 8  # behind the end; TarFile needs three to see it


@contextlib.contextmanager
def archive_errors_as_data_error(place: str) -> Iterator[None]:
    """Turn the errors that the standard library raises for an archive into a DataError that begins
    with `place`."""
    try:
        yield
    except TenfoldError:
        raise
    except (
        zipfile.BadZipFile,
        tarfile.TarError,
        zlib.error,
        lzma.LZMAError,
        struct.error,
        EOFError,
        OSError,
        ValueError,  # from here on: results of hostile headers
        LookupError,
        ArithmeticError,
        RuntimeError,
    ) as problem:
        if isinstance(problem, OSError) and problem.errno:
            message, hint = f"cannot be read: {problem.strerror}", "check the path and its rights"
        else:
            message = f"is broken: {printable(str(problem)) or type(problem).__name__}"
            hint = "it was cut short or damaged on its way: download it again"
        raise DataError(f"{place}: {message}", hint=hint) from problem


class Allowance:
    """The number of bytes that an archive may still unpack to, over all its members."""

    def __init__(self, typed: str, bytes_max: int) -> None:
        self.typed, self.bytes_max, self.bytes_left = typed, bytes_max, bytes_max

    def spend(self, count: int) -> None:
        """Count bytes. Raises DataError for more than the limit."""
        self.bytes_left -= count
        if self.bytes_left < 0:
            raise DataError(
                f"{self.typed}: unpacks to more than {self.bytes_max:,} bytes",
                hint="it may be made to fill the disk; if you trust it, unpack it yourself",
            )


class MemberContent(io.RawIOBase):
    """The content of one member, whose length must be that of its header.

    Bytes are counted when they are read. Reading raises DataError.
    """

    def __init__(
        self, source: IO[bytes], place: str, size_bytes: int, allowance: Allowance | None = None
    ) -> None:
        self._source, self._place = source, place
        self._bytes_left, self._allowance = size_bytes, allowance

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        with archive_errors_as_data_error(self._place):
            content = self._source.read(len(buffer))
            self._bytes_left -= len(content)
            if not content and self._bytes_left:
                raise EOFError("its length is not what its header says")
        if self._allowance is not None:
            self._allowance.spend(len(content))
        buffer[: len(content)] = content
        return len(content)

    def close(self) -> None:
        self._source.close()
        super().close()


class ZipFileOnDisk(io.BufferedReader):
    """A file for zipfile.ZipFile that refuses a large directory: ZipFile reads it at once, whatever
    its size."""

    def read(self, size: int | None = -1, /) -> bytes:
        size = ZIP_DIRECTORY_BYTES_MAX if size is None or size < 0 else size
        if size > ZIP_DIRECTORY_BYTES_MAX:
            raise ValueError("its directory is too large")
        return super().read(size)


class TarStream:
    """A stream for tarfile.TarFile that refuses large headers: TarFile reads them into memory,
    whatever their size; and that ends, where TarFile would skip a terabyte that a header promises
    by reading nothing a hundred million times. Reading raises DataError."""

    def __init__(self, source: IO[bytes], allowance: Allowance) -> None:
        self._source, self._allowance = source, allowance
        self._empty_reads = 0
        self.expect(0)

    def expect(self, content_bytes: int) -> None:
        """Allow reading so many bytes of content, and the headers up to the next content."""
        self._bytes_expected = content_bytes + TAR_HEADER_BYTES_MAX

    def read(self, size: int) -> bytes:
        with archive_errors_as_data_error(self._allowance.typed):
            content = self._source.read(size)
            self._bytes_expected -= len(content)
            if self._bytes_expected < 0:
                raise ValueError("its headers are too long")
            self._empty_reads += not content
            if self._empty_reads > EMPTY_READS_MAX:
                raise EOFError("unexpected end of data")
        self._allowance.spend(len(content))
        return content


class TarHeader(tarfile.TarInfo):
    """A header that raises EOFError where it is damaged; tarfile takes that for the end."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> TarHeader:
        try:
            return super().frombuf(buf, encoding, errors)
        except tarfile.HeaderError as problem:
            if buf.count(0) == tarfile.BLOCKSIZE:  # how a tar ends
                raise
            raise EOFError(f"a header is missing or damaged ({problem})") from problem
