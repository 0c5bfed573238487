"""Two readers of the same digits: the string reader, and the classifier of tiles.

Their errors have little in common: one sees the row, the other a framed digit. The shares of both
are multiplied, each with an exponent (a product of experts; G. Hinton, Neural Computation 14, 2002,
equation 2), and no digit is sure for which the tile speaks with less than AGREED.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from tenfold.classifier import Outputs
from tenfold.digits import CLASSES

STRING_WEIGHT, TILE_WEIGHT = 1.0, 0.5  # exponents, chosen on composed strips (docs/LOG.md)
REJECT = 0.9  # probability of a number below which it is not sure, where the user gives none
AGREED = 0.5  # of a digit, by the tile alone
SHARE_MIN = 1e-3  # of a digit that a reader calls impossible

Shares = npt.NDArray[np.float64]  # [k, 10]


def tile_shares(outputs: Outputs, tiles: list[int]) -> Shares:
    """The shares of digits by the classifier of tiles, float64 [k, 10]: none is favoured as far as
    a tile shows no digit."""
    probabilities = outputs.probabilities[tiles].astype(np.float64)
    is_digit = outputs.is_digit[tiles].astype(np.float64)[:, None]
    return is_digit * probabilities + (1 - is_digit) / CLASSES


def combined(strings: Shares, tiles: Shares) -> Shares:
    """The shares of digits by both readers, float64 [k, 10]; rows sum to 1."""
    logs = STRING_WEIGHT * np.log(np.maximum(strings, SHARE_MIN))
    logs += TILE_WEIGHT * np.log(np.maximum(tiles, SHARE_MIN))
    shares = np.exp(logs - logs.max(axis=1, keepdims=True, initial=-np.inf))
    total: Shares = shares / shares.sum(axis=1, keepdims=True)
    return total
