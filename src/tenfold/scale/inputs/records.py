"""Records of a CSV: its lines, where a line break within double quotes does not end one.

A quote that no other one follows within LINE_BYTES_MAX is taken for a stray character, so that one
of them cannot swallow the rest of a file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import numpy.typing as npt

from tenfold.errors import DataError
from tenfold.sources.tables.lines import LINE_BYTES_MAX

BLOCK_BYTES = 1 << 17  # larger blocks leave the cache and are slower to parse
NEWLINE, QUOTE = b"\n", b'"'


def record_blocks(read: Callable[[int], bytes], name: str) -> Iterator[bytes]:
    """Blocks of whole records, the last one without a line end where there is none.

    `read` gives at most so many bytes, and none at the end. Memory holds one block. Raises
    DataError for a line without an end.
    """
    rest = b""
    while more := read(BLOCK_BYTES):
        block = rest + more
        end = records_end(block)
        if end:
            yield block[:end]
        rest = block[end:]
        refuse_endless(rest, name)
    if rest:
        yield rest


def refuse_endless(rest: bytes, name: str) -> None:
    """Raise DataError for a line that goes on for too long; memory holds it."""
    if len(rest) > 2 * LINE_BYTES_MAX:
        raise DataError(
            f"{name}: has a line of more than {LINE_BYTES_MAX:,} bytes",
            hint="a row of 784 pixels has 3,000: check that this is a table of digits",
        )


def records_end(block: bytes) -> int:
    """The length of the whole records that a block begins with, when more follows."""
    if QUOTE not in block:
        return block.rfind(NEWLINE) + 1
    return sum(map(len, _records(block, at_end=False)))


def split_records(block: bytes) -> list[bytes]:
    """The records of a block that `record_blocks` gave, without their line ends."""
    if QUOTE not in block:
        records = block.split(NEWLINE)
        if not records[-1]:
            records.pop()
        return records
    return [record.removesuffix(NEWLINE) for record in _records(block, at_end=True)]


def record_ends(block: bytes, *, at_end: bool) -> npt.NDArray[np.int64]:
    """Where the records of a block end, behind their line ends; where more follows, not `at_end`,
    those of whole records alone."""
    if QUOTE in block:
        lengths = [len(record) for record in _records(block, at_end=at_end)]
        return np.cumsum(lengths, dtype=np.int64)
    ends = np.flatnonzero(np.frombuffer(block, np.uint8) == NEWLINE[0]) + 1
    unended = at_end and block and not block.endswith(NEWLINE)
    return np.append(ends, len(block)) if unended else ends


def _records(block: bytes, *, at_end: bool) -> Iterator[bytes]:
    """The records of a block with their line ends; an unfinished one at its end only `at_end`."""
    start = 0
    while start < len(block):
        first_end = end = block.find(NEWLINE, start) + 1
        while end and block.count(QUOTE, start, end) % 2:
            if end - start > LINE_BYTES_MAX:
                break
            end = block.find(NEWLINE, end) + 1
        if end - start > LINE_BYTES_MAX:
            end = first_end
        if not end and at_end and not block.count(QUOTE, start) % 2:
            end = len(block)
        if not end and (at_end or len(block) - start > LINE_BYTES_MAX):
            end = first_end or len(block) * at_end
        if not end:
            return
        yield block[start:end]
        start = end
