"""The form of CSV: byte ranges of plain files cut at line ends; packed files whole."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from tenfold.digits import DataOptions
from tenfold.scale.inputs.batch import Batch
from tenfold.scale.inputs.input_file import InputFile, InputRange, RowOptions
from tenfold.scale.inputs.records import NEWLINE, record_blocks, record_ends, refuse_endless
from tenfold.scale.inputs.text_layout import TextLayout
from tenfold.scale.inputs.text_rows import TextRows
from tenfold.sources.file_errors import file_errors_as_data_error
from tenfold.sources.tables.lines import Lines
from tenfold.sources.unpacking.compression import compression_of, open_unpacked

SAMPLE_BYTES = 1 << 20
SCAN_BYTES = 1 << 19  # of one step of cutting; larger ones leave the cache
BYTES_OF_A_ROW = 1900  # of Kaggle's files, for the size of shards
END = b"\r\n"

Say = Callable[[str], None]


def understand_text(file: InputFile, options: DataOptions, say: Say) -> InputFile:
    """The file with its layout. Raises DataError, UsageError."""
    with file_errors_as_data_error(file.name), Path(file.name).open("rb") as raw:
        packed = compression_of(raw.read(8))
        others = [] if packed else list(_samples(raw, file.size_bytes))
    with file_errors_as_data_error(file.name), open_unpacked(file.name) as stream:
        layout = TextLayout.of(lines := Lines(stream, file.name), options, others)
    if words := layout.words():
        say(f"note: {file.name}: {words}")
    for note in lines.notes:
        say(f"note: {note}")
    form = "packed text" if packed else "text"
    about = file.size_bytes // (BYTES_OF_A_ROW // 8 if packed else BYTES_OF_A_ROW)
    return replace(file, form=form, layout=layout.to_json(), rows_about=about)


def _samples(raw: BinaryIO, size_bytes: int) -> Iterator[bytes]:
    """Whole lines of the middle and the end of a file that is larger than the first sample."""
    for start in (size_bytes // 2, size_bytes - SAMPLE_BYTES):
        if start > SAMPLE_BYTES:
            raw.seek(start)
            sample = raw.read(SAMPLE_BYTES)
            yield sample[sample.find(NEWLINE) + 1 : sample.rfind(NEWLINE)]


class Text:
    """A plain CSV. A cut is a range of bytes."""

    def cuts(self, file: InputFile, rows: int) -> Generator[InputRange, None, str]:
        """Split after each `rows` rows; return the SHA-256 of the file.

        The file is read once, and hashed in another thread meanwhile.
        """
        layout = TextLayout.from_json(file.layout)
        digest = hashlib.sha256()
        with (
            file_errors_as_data_error(file.name),
            Path(file.name).open("rb") as stream,
            ThreadPoolExecutor(1) as hasher,
        ):
            digest.update(stream.read(layout.begin))
            end = _content_end(stream, file.size_bytes)
            stream.seek(layout.begin)
            start, row, count, position, rest = layout.begin, 1, 0, layout.begin, b""
            hashed = hasher.submit(digest.update, b"")
            while more := stream.read(SCAN_BYTES):
                hashed.result()
                hashed = hasher.submit(digest.update, more)
                block = rest + more
                if last := position + len(block) >= end:
                    block = block[: end - position]
                ends = position + record_ends(block, at_end=last)
                begun = int(ends[-1]) if len(ends) else position
                position, rest = begun, block[begun - position :]
                refuse_endless(rest, file.name)
                while count + len(ends) >= rows or (last and count + len(ends)):
                    taken = min(rows - count, len(ends))
                    stop = int(ends[taken - 1])
                    yield InputRange(start, stop, row, count + taken, stop - start)
                    start, row, count, ends = stop, row + count + taken, 0, ends[taken:]
                count += len(ends)
            hashed.result()
        return digest.hexdigest()

    def read(self, file: InputFile, cut: InputRange, wanted: RowOptions) -> Iterator[Batch]:
        """The rows of a range of bytes."""
        rows = TextRows(TextLayout.from_json(file.layout), file.shown, wanted)
        with file_errors_as_data_error(file.name), Path(file.name).open("rb") as stream:
            stream.seek(cut.start)
            read = limited(stream, cut.stop - cut.start)
            yield from rows.batches(record_blocks(read, file.name), cut.first_row)


class PackedText:
    """A .gz, .bz2 or .xz of a CSV, which is one shard. A cut is all of its bytes."""

    def cuts(self, file: InputFile, rows: int) -> Generator[InputRange, None, str]:
        yield InputRange(0, file.size_bytes, 1, None, file.size_bytes)
        with file_errors_as_data_error(file.name), Path(file.name).open("rb") as raw:
            return hashlib.file_digest(raw, "sha256").hexdigest()

    def read(self, file: InputFile, cut: InputRange, wanted: RowOptions) -> Iterator[Batch]:
        with file_errors_as_data_error(file.name), open_unpacked(file.name) as stream:
            yield from stream_rows(stream, file, cut, wanted)


def stream_rows(
    stream: BinaryIO, file: InputFile, cut: InputRange, wanted: RowOptions
) -> Iterator[Batch]:
    """The rows of a CSV that is read from its first byte on, with blank lines at its end."""
    layout = TextLayout.from_json(file.layout)
    rows = TextRows(layout, file.shown, wanted)
    skip = layout.begin
    while skip:
        skip -= len(stream.read(skip))
    blocks = without_blank_end(record_blocks(stream.read, file.shown))
    yield from rows.batches(blocks, cut.first_row)


def without_blank_end(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """Blocks without the blank lines that the last ones may end in."""
    waiting: list[bytes] = []
    for block in blocks:
        if block.strip(END):
            yield from waiting
            waiting = [block]
        else:
            waiting.append(block)
    if waiting and (last := waiting[0].rstrip(END)):
        yield last + NEWLINE


def limited(stream: BinaryIO, length: int) -> Callable[[int], bytes]:
    """A function that reads at most `length` bytes of the stream in all."""
    left = length

    def read(size: int) -> bytes:
        nonlocal left
        content = stream.read(min(size, left))
        left -= len(content)
        return content

    return read


def _content_end(stream: BinaryIO, size_bytes: int) -> int:
    """Where the last row ends, without its line end and blank lines after it."""
    end = size_bytes
    with contextlib.suppress(OSError):
        while end:
            start = max(0, end - SAMPLE_BYTES)
            stream.seek(start)
            kept = stream.read(end - start).rstrip(END)
            if kept:
                return start + len(kept)
            end = start
    return end
