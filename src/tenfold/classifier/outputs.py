"""Outputs of a model: the probabilities of each tile."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from tenfold.digits import CLASSES

Probabilities = npt.NDArray[np.float32]  # [n, 10]

SUM_TOLERANCE = 1e-3  # how far from 1 the probabilities of a tile may add up, in bf16 too


class Outputs(NamedTuple):
    """Outputs for n tiles: probabilities float32 [n, 10], and is_digit float32 [n].

    `is_digit` is the probability that a tile shows one digit: always 1 from a model that was not
    trained to recognise non-digits.
    """

    probabilities: Probabilities
    is_digit: npt.NDArray[np.float32]

    @classmethod
    def join(cls, batches: Sequence[Outputs]) -> Outputs:
        """Concatenate the outputs of several batches."""
        if not batches:
            return cls(np.empty((0, CLASSES), np.float32), np.empty(0, np.float32))
        return cls(*map(np.concatenate, zip(*batches, strict=True)))

    def fault(self, tiles: int) -> str:
        """The reason why these are no valid outputs for `tiles` tiles; empty where they are."""
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
        """Select the outputs of some of the tiles."""
        return Outputs(self.probabilities[rows], self.is_digit[rows])
