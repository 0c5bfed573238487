"""The tile: uint8 [28, 28], ink bright on a dark ground (0), framed as MNIST frames it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

CLASSES = 10
NUMBER_WORDS = dict(
    zip(
        ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
        range(CLASSES),
        strict=True,
    )
)
SIDE = 28
INK_BOX = 20  # pixels of a tile's side; framed ink fits this box
PIXELS = SIDE * SIDE

Images = npt.NDArray[np.uint8]  # [n, 28, 28]
Labels = npt.NDArray[np.int64]  # [n], 0..9
Rows = npt.NDArray[np.int64]  # row numbers, from 0
