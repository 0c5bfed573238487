"""Labels counted from 1, of which 10 may be the zero (as in MATLAB's files) or the nine."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from tenfold.digits.tile import CLASSES

DISTINCT_MIN = 5  # of a column that may be the label: a margin of the pixels holds fewer values
MESSAGE = (
    "labels are 1 to 10: 10 may be the zero, as in MATLAB's files, or the nine, counted from 1"
)
HINT = "if 10 is the zero (if all are counted from 1, y - 1): y = y % 10"


def counted_from_one(values: npt.NDArray[Any]) -> bool:
    """Whether numbers are labels 1..10, with 10 among them."""
    return bool((values == CLASSES).any() and np.isin(values, range(1, CLASSES + 1)).all())


def is_label_from_one(values: npt.NDArray[Any]) -> bool:
    """Whether a column of a table is most likely a label that counts from 1."""
    return counted_from_one(values) and len(np.unique(values)) >= DISTINCT_MIN
