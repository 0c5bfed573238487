"""Whether an X of scikit-learn holds images, and its tiles where it does."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import numpy.typing as npt

from tenfold.digits import PIXELS, SIDE, Images

Array = npt.NDArray[Any]

WHITE = 255


def flattened(X: Any) -> Any:
    """[n, 784] of images [n, 28, 28], [n, 28, 28, 1] or [n, 1, 28, 28]; anything else as it is."""
    shape = getattr(X, "shape", None)
    if shape is None and isinstance(X, list | tuple) and X and np.ndim(X[0]) in (2, 3):
        X = np.asarray(X)
        shape = X.shape
    if shape is None or len(shape) not in (3, 4):
        return X
    sides = [side for side in shape[1:] if side != 1]
    return np.asarray(X).reshape(len(X), -1) if sides == [SIDE, SIDE] else X


def white_of(X: Array) -> int | None:
    """The value of full ink where rows [n, features] are images: 1 or 255; None where they are not.

    They are images where there are 784 columns of numbers in 0..255. A table that has 784 columns,
    but of other numbers, is warned about: it may be images that somebody has scaled.
    """
    if X.shape[1] != PIXELS:
        return None
    low, high = X.min(), X.max()
    if low < 0 or high > WHITE:
        warnings.warn(
            f"X has the {PIXELS} columns of images of {SIDE} x {SIDE}, but values from {low:.3g} "
            f"to {high:.3g}: it is taken for columns that are no image, and read by a plain "
            "network. For the better one leave out what scales X; pixels are 0..255 or 0..1",
            UserWarning,
            stacklevel=3,
        )
        return None
    return 1 if high <= 1 else WHITE


def to_tiles(X: Array, white: int) -> Images:
    """Tiles uint8 [n, 28, 28] of rows [n, 784] whose full ink is `white`, 1 or 255.

    Raises ValueError for values outside, and for fractions of 1 where the ink is 255.
    """
    if len(X) and (X.min() < 0 or X.max() > white):
        raise ValueError(
            f"X has values from {X.min():.4g} to {X.max():.4g}, and was fitted on pixels in "
            f"0..{white}: scale it like the rows of fit"
        )
    if white == WHITE and X.dtype.kind == "f" and len(X) and 0 < X.max() <= 1 and (X % 1).any():
        raise ValueError(
            "X has fractions in 0..1, and was fitted on pixels in 0..255: multiply it by 255"
        )
    scaled = X if white == WHITE else X.astype(np.float64) * WHITE
    if scaled.dtype.kind == "f":
        scaled = np.rint(scaled)
    return np.ascontiguousarray(scaled.astype(np.uint8)).reshape(-1, SIDE, SIDE)
