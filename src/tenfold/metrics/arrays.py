"""Types of the arrays that metrics take and give.

Throughout the room: labels int64 [n]; predictions int64 [n]; probabilities float [n, 10] whose rows
sum to 1; confidence is the probability of the predicted class, float [n].
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating[Any]]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
