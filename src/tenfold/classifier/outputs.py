"""What a model says of tiles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from tenfold.digits import CLASSES

Probabilities = npt.NDArray[np.float32]  # [n, 10]


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

    def of(self, rows: slice) -> Outputs:
        """Of some of the tiles."""
        return Outputs(self.probabilities[rows], self.is_digit[rows])
