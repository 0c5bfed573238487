"""What a model says of tiles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from tenfold.digits import CLASSES

Probabilities = npt.NDArray[np.float32]  # [n, 10]

SUM_TOLERANCE = 1e-3  # how far from 1 the probabilities of a tile may add up, in bf16 too


class Outputs(NamedTuple):
    """What the model says of n tiles. `is_digit` float32 [n] is the probability that a tile shows
    one digit: constant 1 from a model that was not trained to tell."""

    probabilities: Probabilities
    is_digit: npt.NDArray[np.float32]

    @classmethod
    def join(cls, parts: Sequence[Outputs]) -> Outputs:
        """Of several batches, one after another."""
        if not parts:
            return cls(np.empty((0, CLASSES), np.float32), np.empty(0, np.float32))
        return cls(*map(np.concatenate, zip(*parts, strict=True)))

    def fault(self, tiles: int) -> str:
        """Why these are no answers for so many tiles; empty where they are."""
        shapes = (self.probabilities.shape, self.is_digit.shape)
        if shapes != ((tiles, CLASSES), (tiles,)):
            return f"gives shapes {shapes[0]} and {shapes[1]} for {tiles} tiles"
        if any(values.dtype != np.float32 for values in self):
            return "gives numbers of another type than float32"
        sums = self.probabilities.sum(axis=1)
        within = (  # no comparison with NaN is true
            self.probabilities.min(initial=0) >= 0,
            self.is_digit.min(initial=0) >= 0,
            self.is_digit.max(initial=0) <= 1 + SUM_TOLERANCE,
            np.abs(sums - 1).max(initial=0) <= SUM_TOLERANCE,
        )
        return "" if all(within) else "gives NaN, or numbers that are no probabilities"

    def of(self, rows: slice) -> Outputs:
        """Of some of the tiles."""
        return Outputs(self.probabilities[rows], self.is_digit[rows])
