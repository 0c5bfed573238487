"""Product of experts: the string reader's and the tile classifier's probabilities of a digit.

Their errors have little in common: one sees the row, the other a framed digit. The probabilities of
both are multiplied, each with an exponent (G. Hinton, Neural Computation 14, 2002, equation 2). A
digit to which the tile classifier gives less than AGREED is never sure; how much it weighs beyond
that is `sureness`'s.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from tenfold.classifier import Outputs
from tenfold.digits import CLASSES

STRING_WEIGHT, TILE_WEIGHT = 1.25, 0.125  # exponents, chosen on composed strips (docs/LOG.md)
# probability of a number below which it is not sure, where the user gives none: from there on 98 %
# of composed numbers that were kept aside are right (docs/LOG.md)
REJECT = 0.88
AGREED = 0.005  # probability of a digit by the tile classifier alone
SHARE_MIN = 1e-3  # so that no expert can rule a digit out

Shares = npt.NDArray[np.float64]  # [k, 10]


def tile_shares(outputs: Outputs, tiles: list[int]) -> Shares:
    """The tile classifier's shares of digits, float64 [k, 10]; rows sum to 1.

    The less likely it is that a tile shows a digit, the nearer its shares are to equal ones.
    """
    probabilities = outputs.probabilities[tiles].astype(np.float64)
    is_digit = outputs.is_digit[tiles].astype(np.float64)[:, None]
    return is_digit * probabilities + (1 - is_digit) / CLASSES


def product_of_experts(strings: Shares, tiles: Shares) -> Shares:
    """The shares of digits by both classifiers, float64 [k, 10]; rows sum to 1."""
    logs = STRING_WEIGHT * np.log(np.maximum(strings, SHARE_MIN))
    logs += TILE_WEIGHT * np.log(np.maximum(tiles, SHARE_MIN))
    shares = np.exp(logs - logs.max(axis=1, keepdims=True, initial=-np.inf))
    total: Shares = shares / shares.sum(axis=1, keepdims=True)
    return total
