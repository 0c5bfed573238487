"""Digits: labelled or unlabelled tiles with their lineage."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from tenfold import notebook_html as html
from tenfold.digits.memory import digits_from
from tenfold.digits.table_frame import DataOptions
from tenfold.digits.tile import CLASSES, SIDE, Images, Labels, Rows
from tenfold.errors import DataError

IN_MEMORY = "arrays in memory"


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
    notes: tuple[str, ...] = ()  # what was understood of arrays

    def __post_init__(self) -> None:
        # columns of a table are scattered in memory, and some of what works on bytes wants a row
        object.__setattr__(self, "images", np.ascontiguousarray(self.images))
        assert self.images.dtype == np.uint8
        assert self.images.shape[1:] == (SIDE, SIDE)
        assert self.labels is None or self.labels.shape == (len(self.images),)
        assert self.stored is None or self.stored.shape == self.images.shape

    @classmethod
    def of(
        cls,
        images: Any,
        labels: Any = None,
        *,
        label: str | None = None,
        name: str = IN_MEMORY,
    ) -> Self:
        """Make Digits of what is in memory.

        images: [n, 784], [n, 28, 28], [n, 28, 28, 1] or [n, 1, 28, 28] as uint8, other integers,
        bool, or floats in 0..1 or 0..255, which `notes` tell apart; an array or tensor, a list of
        arrays or Pillow images, a frame with a column a pixel, or a data set of (image, label).
        labels: 0..9 as numbers or text, or one-hot [n, 10]; None where they are among `images`, or
        there are none. label: which column is the label, "first", "last", "none" or a name, where
        a table leaves that open. Raises DataError that says how to convert what cannot be taken.
        """
        tiles, found, words = digits_from(images, labels, name, DataOptions(label))
        content = hashlib.sha256(tiles.tobytes())
        content.update(b"" if found is None else found.tobytes())
        file = DataFile(name, content.hexdigest(), tiles.nbytes, len(tiles))
        notes = (f"{name}: {', '.join([*words, f'{len(tiles):,} rows'])}",) if words else ()
        return cls(tiles, found, (file,), notes=notes)

    def __len__(self) -> int:
        return len(self.images)

    def __repr__(self) -> str:
        return f"Digits({self._summary})"

    @property
    def _summary(self) -> str:
        kind = "unlabelled" if self.labels is None else "labelled"
        return f"{len(self):,} {kind} rows of {self.where()}"

    def _repr_html_(self) -> str:
        """The last line of a notebook's cell: the rows of each class, and the first tiles."""
        labels = self.labels
        captions = range(len(self)) if labels is None else labels.tolist()
        counts = None if labels is None else np.bincount(labels, minlength=CLASSES).tolist()
        return html.cell(
            html.title(self._summary),
            "" if counts is None else html.table(["class", *range(CLASSES)], [["rows", *counts]]),
            html.tiles(zip(self.images[: html.TILES_MAX], map(str, captions), strict=False)),
        )

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
