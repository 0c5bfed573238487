"""Tiles of picture files, opened in processes that are killed when a picture costs too much."""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np

from tenfold.digits import SIDE
from tenfold.environment import threads_available
from tenfold.errors import Fault
from tenfold.framing.declared import declared_pixels
from tenfold.framing.frame import Tile
from tenfold.framing.picture import DECODERS_MAX, FILE_BYTES_MAX, PIXELS_MAX
from tenfold.isolation import Bounds, OverBounds, ProcessPool

WORK = "tenfold.sources.isolated_child:work"
SHARE = 256  # files of one task of a thread
# Small pictures go to a process together: asking costs more than opening one of 28 x 28 pixels.
TOGETHER = 128
TOGETHER_PIXELS = 1 << 19
TOGETHER_BYTES = 1 << 20
SMALLER = "make it smaller"
BOUNDS = Bounds()


@dataclass(frozen=True)
class Unreadable(Fault):
    """The fault of a file, and its remedy."""

    remedy: str


class ReadTile(NamedTuple):
    """The tile of a file; the picture as stored, where it has 28 x 28 pixels, else the tile; the
    SHA-256 and the bytes of the file."""

    tile: Tile
    stored: Tile
    sha256: str
    size_bytes: int


File = tuple[str, bytes]
Result = ReadTile | Unreadable


def read_tiles(paths: Sequence[str]) -> list[Result]:
    """Read the tiles of picture files, in their order. Raises MissingExtraError."""
    count = min(DECODERS_MAX, threads_available())
    processes = ProcessPool(WORK, count, BOUNDS, makes_room=False)
    with contextlib.closing(processes):
        processes.start(count if len(paths) > 1 else 1)
        shares = [paths[start : start + SHARE] for start in range(0, len(paths), SHARE)]
        with ThreadPoolExecutor(count) as threads:
            results = threads.map(partial(_read_share, processes), shares)
            return list(itertools.chain.from_iterable(results))


def _read_share(processes: ProcessPool, paths: Sequence[str]) -> list[Result]:
    return list(open_tiles(processes, ((path, read_content(path)) for path in paths)))


def open_tiles(
    processes: ProcessPool, files: Iterable[tuple[str, bytes | Unreadable]]
) -> Iterator[Result]:
    """The tiles of files by name and content, in their order; an Unreadable stays. `processes`
    are those of WORK. Raises MissingExtraError."""
    for group in _together(files):
        if isinstance(group, Unreadable):
            yield group
        else:
            yield from _opened(processes, group)


def _together(
    named: Iterable[tuple[str, bytes | Unreadable]],
) -> Iterator[list[File] | Unreadable]:
    """The files in their order, small ones together."""
    files: list[File] = []
    pixels = size_bytes = 0
    for path, content in named:
        if isinstance(content, Unreadable):
            more = 0
        else:
            declared = declared_pixels(content)
            more = PIXELS_MAX if declared is None else declared
            size_bytes += len(content)
        pixels += more
        full = len(files) == TOGETHER or pixels > TOGETHER_PIXELS or size_bytes > TOGETHER_BYTES
        if files and (full or isinstance(content, Unreadable)):
            yield files
            files, pixels = [], more
            size_bytes = 0 if isinstance(content, Unreadable) else len(content)
        if isinstance(content, Unreadable):
            yield content
        else:
            files.append((path, content))
    if files:
        yield files


def read_content(path: str) -> bytes | Unreadable:
    """The content of a picture file, or why it cannot be read."""
    try:
        if os.path.getsize(path) > FILE_BYTES_MAX:
            return Unreadable(path, f"is larger than {FILE_BYTES_MAX // 1_000_000} MB", SMALLER)
        return Path(path).read_bytes()
    except OSError as problem:
        return Unreadable(path, problem.strerror or "cannot be read", "check its permissions")


def _opened(processes: ProcessPool, files: Sequence[File]) -> list[Result]:
    """Open files in one process; one after another where they cost too much together."""
    request = {"files": [[path, len(content)] for path, content in files]}
    try:
        answer, tiles = processes.call(request, b"".join(content for _, content in files))
    except OverBounds as problem:
        if len(files) == 1:
            return [Unreadable(files[0][0], str(problem), SMALLER)]
        return [result for file in files for result in _opened(processes, [file])]
    found = iter(np.frombuffer(tiles, np.uint8).reshape(-1, SIDE, SIDE))
    results: list[Result] = []
    for (path, content), (message, hint, framed) in zip(files, answer["files"], strict=True):
        if message is not None:
            results.append(Unreadable(path, message, hint))
            continue
        tile = next(found)
        stored = next(found) if framed else tile
        digest = hashlib.sha256(content).hexdigest()
        results.append(ReadTile(tile, stored, digest, len(content)))
    return results
