"""Distinct rows with their weights, in an order that does not depend on the one they came in.

So a row that is there three times and a row with the weight 3 are the same to a training, whatever
it draws at random: to the last bit, not on average.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Array = npt.NDArray[Any]


def distinct_rows(
    X: Array, y: npt.NDArray[np.int64], weights: Floats
) -> tuple[Array, npt.NDArray[np.int64], Floats]:
    """X [k, ...], y int64 [k] and weights float64 [k] of the distinct pairs (row, label), in the
    order of their bytes; weights of the same pair are added up, and those of 0 left out."""
    kept = weights > 0
    X, y, weights = np.ascontiguousarray(X[kept]), y[kept], weights[kept]
    if X.dtype.kind == "f":
        X = X + 0.0  # -0.0 and 0.0 are the same number
    width = X[0].nbytes
    raw = np.empty((len(X), width + 8), np.uint8)
    raw[:, :width] = X.reshape(len(X), -1).view(np.uint8)
    raw[:, width:] = y.astype("<i8")[:, None].view(np.uint8)
    keys = raw.view(np.dtype((np.void, width + 8))).ravel()
    _, first, inverse = np.unique(keys, return_index=True, return_inverse=True)
    summed: Floats = np.bincount(inverse, weights).astype(np.float64)
    return X[first], y[first], summed
