"""The rows of a table as they arrive, block by block, and the digits that they are in the end.

Columns that are pixels for certain become uint8 at once. The others stay numbers until the whole
table says what they are: its first rows may not tell a label from a margin.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from tenfold.digits import PIXELS, SIDE, Images, Labels
from tenfold.digits.columns import Columns, resolve
from tenfold.digits.levels import LEVEL_MAX, LevelScale, MixedScales
from tenfold.digits.table_frame import Frame
from tenfold.errors import DataError


class TableRows:
    """Rows of a table with a known frame. `row_place` names the place of a row in messages."""

    def __init__(self, frame: Frame, place: str, row_place: Callable[[int], str]) -> None:
        self.frame = frame
        self.count = 0
        self.certain = np.setdiff1d(np.arange(frame.count), frame.free)
        self._place, self._row_place = place, row_place
        self._scale = LevelScale()
        self._levels: list[npt.NDArray[np.uint8]] = []
        self._others: list[npt.NDArray[np.float64]] = []

    def add(self, numbers: npt.NDArray[Any]) -> None:
        """Add finite numbers [rows, columns], 0..255 where they are pixels for certain.

        Raises DataError where the scale changes.
        """
        try:
            self._levels.append(self._scale.add(numbers[:, self.certain]))
        except MixedScales:
            raise DataError(
                f"{self._row_place(self.count)}: from about here pixels are above 1, before they "
                "are 0..1",
                hint="two tables were joined: give each as a file of its own",
            ) from None
        self._others.append(numbers[:, list(self.frame.free)].astype(np.float64))
        self.count += len(numbers)

    def finish(self) -> tuple[Images, Labels | None, tuple[str, ...]]:
        """The images uint8 [n, 28, 28], the labels int64 [n], and what was understood.

        Raises DataError where the columns have no meaning, or more than one.
        """
        others = np.concatenate(self._others)
        columns = resolve(self.frame, others, self._place, self._row_place)
        words = self._scale.finish(self._levels)
        images = self._images(columns, others)
        return images, columns.labels, (*columns.words, f"{self.count:,} rows", *words)

    def _images(self, columns: Columns, others: npt.NDArray[np.float64]) -> Images:
        images = np.empty((self.count, PIXELS), np.uint8)
        images[:, np.searchsorted(columns.pixels, self.certain)] = np.concatenate(self._levels)
        top = 1 if self._scale.top is None else self._scale.top
        for at, column in enumerate(self.frame.free):
            place = np.flatnonzero(columns.pixels == column)
            if len(place):
                levels = np.minimum(others[:, at] / top, 1) * LEVEL_MAX
                images[:, place[0]] = np.rint(levels)
        return images.reshape(-1, SIDE, SIDE)
