"""Rows of numbers as tiles, and the rows that cannot be tiles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from tenfold.digits import PIXELS, SIDE, Images
from tenfold.digits.levels import EXCESS, LEVEL_MAX
from tenfold.errors import DataError
from tenfold.metrics import Bools
from tenfold.scale.inputs.batch import BadRow

Numbers = npt.NDArray[Any]  # [rows, 784]


class Tiles(NamedTuple):
    """The tiles of the good rows; which rows these are, bool [rows]; and the bad ones."""

    images: Images
    good: Bools
    bad: list[BadRow]


def tiles_of(numbers: Numbers, top: int, first_row: int) -> Tiles:
    """Tiles of rows of numbers 0..top, top 1 or 255; `first_row` is the number of the first one."""
    if numbers.dtype == np.uint8 and top == LEVEL_MAX:
        return Tiles(numbers.reshape(-1, SIDE, SIDE), np.ones(len(numbers), bool), [])
    good = np.ones(len(numbers), bool)
    if numbers.dtype != bool:
        # no comparison with NaN is true
        good = np.asarray(((numbers >= 0) & (numbers <= top + EXCESS)).all(axis=1))
    levels = np.minimum(numbers[good], top) * np.float64(LEVEL_MAX / top)
    bad = [
        BadRow(str(first_row + int(row)), _reason(numbers[row], top))
        for row in np.flatnonzero(~good)
    ]
    return Tiles(np.rint(levels).astype(np.uint8).reshape(-1, SIDE, SIDE), good, bad)


def top_of(samples: Sequence[Numbers], name: str) -> int:
    """The highest level, 1 or 255, from samples of the rows. Raises DataError where most rows are
    no levels."""
    if all(sample.dtype == bool for sample in samples):
        return 1
    if all(sample.dtype == np.uint8 for sample in samples) and any(s.max() > 1 for s in samples):
        return LEVEL_MAX
    rows = np.concatenate([sample.reshape(-1, PIXELS).astype(np.float64) for sample in samples])
    good = np.asarray(((rows >= 0) & (rows <= LEVEL_MAX + EXCESS)).all(axis=1))
    if len(rows) and good.mean() <= 0.5:
        raise DataError(
            f"{name}: most of its rows hold no pixels, but {_reason(rows[~good][0], LEVEL_MAX)}",
            hint="scale them to 0..255 or 0..1, 0 for the ground; tenfold check FILE shows more",
        )
    inked = rows[good & rows.any(axis=1)]
    if not len(inked) or (inked.max(axis=1) > 1 + EXCESS).mean() > 0.5:
        return LEVEL_MAX
    return 1


def _reason(row: Numbers, top: int) -> str:
    if not np.isfinite(row).all():
        return f"pixel{int(np.flatnonzero(~np.isfinite(row))[0])} is missing"
    wrong = int(np.flatnonzero((row < 0) | (row > top + EXCESS))[0])
    return f"pixel{wrong} is {row[wrong]:g}, expected 0..{top}"
