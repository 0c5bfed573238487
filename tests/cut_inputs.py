"""Inputs of `tenfold score`, cut and read as its workers do."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from tenfold.digits import AUTO, DataOptions, Images
from tenfold.scale.inputs import Batch, InputFile, InputRange, RowOptions, form_of
from tenfold.scale.inputs.finding import find_inputs


class Read(NamedTuple):
    """What came of all cuts: numbers of rows, tiles, bad rows (place, reason), batches."""

    rows: list[int]
    images: Images
    bad: list[tuple[str, str]]
    batches: list[Batch]


def found(path: Path | str, options: DataOptions = AUTO) -> list[InputFile]:
    return find_inputs([str(path)], options, lambda note: None)


def only(path: Path | str, options: DataOptions = AUTO) -> InputFile:
    (file,) = found(path, options)
    return file


def cut(file: InputFile, rows: int) -> tuple[list[InputRange], str]:
    """The cuts of a file, and its SHA-256."""
    digests: list[str] = []

    def kept(cuts: Generator[InputRange, None, str]) -> Generator[InputRange, None, None]:
        digests.append((yield from cuts))

    return list(kept(form_of(file).cuts(file, rows))), digests[0]


def read(file: InputFile, cuts: Sequence[InputRange], wanted: RowOptions | None = None) -> Read:
    """Read the cuts one after another."""
    batches = [b for c in cuts for b in form_of(file).read(file, c, wanted or RowOptions())]
    tiles: Any = [batch.images for batch in batches]
    return Read(
        [int(row) for batch in batches for row in batch.rows],
        np.concatenate(tiles) if tiles else np.empty((0, 28, 28), np.uint8),
        [(bad.place, bad.reason) for batch in batches for bad in batch.bad],
        batches,
    )


def read_all(path: Path | str, rows: int = 40, wanted: RowOptions | None = None) -> Read:
    """Cut a file into shards of so many rows, and read them all."""
    file = only(path)
    return read(file, cut(file, rows)[0], wanted)
