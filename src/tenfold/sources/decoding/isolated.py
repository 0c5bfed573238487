"""Tiles of pictures, opened in processes that are killed when a picture costs too much."""

from __future__ import annotations

import hashlib
import itertools
import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import numpy as np

from tenfold.digits import SIDE
from tenfold.environment import threads_available
from tenfold.errors import Fault
from tenfold.framing.declared import declared_pixels
from tenfold.framing.frame import Tile
from tenfold.framing.kinds import KINDS
from tenfold.framing.picture import DECODERS_MAX, FILE_BYTES_MAX, PIXELS_MAX
from tenfold.isolation import Bounds, OverBounds, ProcessPool

WORK = "tenfold.sources.decoding.isolated_child:work"
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
    SHA-256 and the bytes of the file; whether the picture has 28 x 28 pixels."""

    tile: Tile
    stored: Tile
    sha256: str
    size_bytes: int
    tile_sized: bool


File = tuple[str, bytes]
Item = TypeVar("Item")
Result = ReadTile | Unreadable


def read_tiles(paths: Sequence[str]) -> list[Result]:
    """Read the tiles of picture files, in their order. Raises MissingExtraError."""
    with TileReader(1 if len(paths) == 1 else None) as reader:
        return reader.read_paths(paths)


class TileReader:
    """A few processes that open pictures of `kinds`, for use in a `with` statement.

    `as_tiles` takes each picture of 28 x 28 pixels for a tile, whether it is framed or not.
    """

    def __init__(
        self, count: int | None = None, kinds: tuple[str, ...] = KINDS, *, as_tiles: bool = False
    ) -> None:
        self._count = count or min(DECODERS_MAX, threads_available())
        self._processes = ProcessPool(WORK, self._count, BOUNDS, makes_room=False)
        self._request = {"kinds": kinds, "as_tiles": as_tiles}

    def __enter__(self) -> TileReader:
        self._processes.start(self._count)
        return self

    def __exit__(self, *error: object) -> None:
        self._processes.close()

    def read_paths(self, paths: Sequence[str]) -> list[Result]:
        """Read files, in their order. Raises MissingExtraError."""
        return self._results([map(_content, share) for share in _shares(paths)])

    def read(self, files: Sequence[File]) -> list[Result]:
        """Read pictures, each a name and its bytes, in their order. Raises MissingExtraError."""
        return self._results(_shares([_small_enough(*file) for file in files]))

    def _results(self, shares: Sequence[Iterable[File | Unreadable]]) -> list[Result]:
        with ThreadPoolExecutor(self._count) as threads:
            return list(itertools.chain.from_iterable(threads.map(self._read_share, shares)))

    def _read_share(self, files: Iterable[File | Unreadable]) -> list[Result]:
        results: list[Result] = []
        for together in _together(files):
            if isinstance(together, Unreadable):
                results.append(together)
            else:
                results += _opened(self._processes, together, self._request)
        return results


def _shares(items: Sequence[Item]) -> list[Sequence[Item]]:
    return [items[start : start + SHARE] for start in range(0, len(items), SHARE)]


def _together(files: Iterable[File | Unreadable]) -> Iterator[list[File] | Unreadable]:
    """The files in their order, small ones together."""
    together: list[File] = []
    pixels = size_bytes = 0
    for file in files:
        if isinstance(file, Unreadable):
            more = more_bytes = 0
        else:
            declared = declared_pixels(file[1])
            more = PIXELS_MAX if declared is None else declared
            more_bytes = len(file[1])
        pixels, size_bytes = pixels + more, size_bytes + more_bytes
        full = len(together) == TOGETHER or pixels > TOGETHER_PIXELS or size_bytes > TOGETHER_BYTES
        if together and (full or isinstance(file, Unreadable)):
            yield together
            together, pixels, size_bytes = [], more, more_bytes
        if isinstance(file, Unreadable):
            yield file
        else:
            together.append(file)
    if together:
        yield together


def _content(path: str) -> File | Unreadable:
    try:
        if os.path.getsize(path) > FILE_BYTES_MAX:
            return _too_large(path)
        return path, Path(path).read_bytes()
    except OSError as problem:
        return Unreadable(path, problem.strerror or "cannot be read", "check its permissions")


def _small_enough(name: str, content: bytes) -> File | Unreadable:
    return _too_large(name) if len(content) > FILE_BYTES_MAX else (name, content)


def _too_large(name: str) -> Unreadable:
    return Unreadable(name, f"is larger than {FILE_BYTES_MAX // 1_000_000} MB", SMALLER)


def _opened(processes: ProcessPool, files: Sequence[File], asked: dict[str, Any]) -> list[Result]:
    """Open files in one process; one after another where they cost too much together."""
    request = {**asked, "files": [[path, len(content)] for path, content in files]}
    try:
        answer, tiles = processes.call(request, b"".join(content for _, content in files))
    except OverBounds as problem:
        if len(files) == 1:
            return [Unreadable(files[0][0], str(problem), SMALLER)]
        return [result for file in files for result in _opened(processes, [file], asked)]
    found = iter(np.frombuffer(tiles, np.uint8).reshape(-1, SIDE, SIDE))
    results: list[Result] = []
    for (path, content), answered in zip(files, answer["files"], strict=True):
        message, hint, framed, tile_sized = answered
        if message is not None:
            results.append(Unreadable(path, message, hint))
            continue
        tile = next(found)
        stored = next(found) if framed else tile
        digest = hashlib.sha256(content).hexdigest()
        results.append(ReadTile(tile, stored, digest, len(content), tile_sized))
    return results
