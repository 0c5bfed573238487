"""Digits: labelled or unlabelled tiles with their lineage, and splits of them.

A tile is uint8 [28, 28], ink bright on a dark ground (0), framed as MNIST frames it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from tenfold.errors import DataError

CLASSES = 10
SIDE = 28
INK_BOX = 20  # pixels of a tile's side; framed ink fits this box
PIXELS = SIDE * SIDE

Images = npt.NDArray[np.uint8]  # [n, 28, 28]
Labels = npt.NDArray[np.int64]  # [n], 0..9
Rows = npt.NDArray[np.int64]  # row numbers, from 0


@dataclass(frozen=True)
class DataFile:
    """One file that was read, as the lineage records it.

    `sha256` is of the unpacked content, so that the same rows have the same lineage from the zip,
    from the folder and from the .gz.
    """

    name: str
    sha256: str
    size_bytes: int
    rows: int
    first_line: int | None = None  # line of row 0 in a text file

    def to_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "sha256": self.sha256,
            "size_bytes": self.size_bytes,
            "rows": self.rows,
        }


@dataclass(frozen=True, eq=False)
class Digits:
    """Images uint8 [n, 28, 28], labels int64 [n] in 0..9 or None, and files in the order of rows.

    `stored`, uint8 [n, 28, 28], is there where framing has changed pictures of that size: it holds
    the content of their files with bright ink, by which they are recognised in another form.
    """

    images: Images
    labels: Labels | None
    files: tuple[DataFile, ...] = ()
    names: tuple[str, ...] | None = None  # one per row where the source has names (image folders)
    stored: Images | None = None

    def __post_init__(self) -> None:
        assert self.images.dtype == np.uint8
        assert self.images.shape[1:] == (SIDE, SIDE)
        assert self.labels is None or self.labels.shape == (len(self.images),)
        assert self.stored is None or self.stored.shape == self.images.shape

    def __len__(self) -> int:
        return len(self.images)

    @property
    def ids(self) -> Rows:
        """The ImageIds, int64 [n], which Kaggle counts from 1."""
        return np.arange(1, len(self) + 1)

    def labelled(self) -> Labels:
        """The labels. Raises DataError where there are none."""
        if self.labels is None:
            raise DataError(
                f"{self.where()}: has no labels",
                hint="give labelled rows, such as train.csv or digit-recognizer.zip",
            )
        return self.labels

    def where(self) -> str:
        """The names of the files, for the start of a message."""
        return ", ".join(file.name for file in self.files) or "the digits"

    def place(self, row: int) -> str:
        """The place of row number `row` in its file: `train.csv:4711`, or `scans/7/a.png`."""
        if self.names is not None:
            return self.names[row]
        first = 0
        for file in self.files:
            if row < first + file.rows:
                inside = row - first
                line = inside if file.first_line is None else inside + file.first_line
                return f"{file.name}:{line}" if file.first_line else f"{file.name}[{line}]"
            first += file.rows
        return f"row {row}"

    def take(self, rows: Rows) -> Digits:
        """The given rows as new Digits, without lineage."""
        labels = None if self.labels is None else self.labels[rows]
        stored = None if self.stored is None else self.stored[rows]
        return Digits(self.images[rows], labels, stored=stored)


def join(sources: Sequence[Digits]) -> Digits:
    """The rows of several sources, in the order given. Labels stay if all sources have them."""
    if len(sources) == 1:
        return sources[0]
    labels = [source.labels for source in sources if source.labels is not None]
    named = any(source.names is not None for source in sources)
    stored = [source.images if source.stored is None else source.stored for source in sources]
    return Digits(
        np.concatenate([source.images for source in sources]),
        np.concatenate(labels) if len(labels) == len(sources) else None,
        tuple(file for source in sources for file in source.files),
        tuple(source.place(row) for source in sources for row in range(len(source)))
        if named
        else None,
        np.concatenate(stored) if any(source.stored is not None for source in sources) else None,
    )


def stratified_folds(labels: Labels, folds: int, seed: int = 0) -> npt.NDArray[np.int64]:
    """The fold of each row, int64 [n]; every class is spread as evenly as possible over the folds.

    The seed of a run has no influence, so runs with other seeds are measured on the same folds. The
    rows of each class are shuffled and dealt to the folds in turn. Each class starts where the last
    one stopped, so the sizes of folds differ by at most one.
    """
    random = np.random.default_rng(seed)
    fold_of = np.empty(len(labels), dtype=np.int64)
    dealt = 0
    for digit in range(CLASSES):
        rows = random.permutation(np.flatnonzero(labels == digit))
        fold_of[rows] = (dealt + np.arange(len(rows))) % folds
        dealt += len(rows)
    return fold_of


def stratified_split(labels: Labels, fraction: float, seed: int) -> tuple[Rows, Rows]:
    """The row numbers of (train, validation), both sorted.

    Validation holds `fraction` of each class, rounded, and at least one row of each class that has
    two.
    """
    random = np.random.default_rng(seed)
    chosen = []
    for digit in range(CLASSES):
        rows = random.permutation(np.flatnonzero(labels == digit))
        count = round(len(rows) * fraction)
        if fraction > 0 and len(rows) > 1:
            count = min(max(count, 1), len(rows) - 1)
        chosen.append(rows[:count])
    validation = np.sort(np.concatenate(chosen))
    train = np.setdiff1d(np.arange(len(labels)), validation, assume_unique=True)
    return train, validation
