"""Proportions with their 95 % interval, such as an accuracy."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from tenfold.metrics.arrays import Ints

Z_95 = 1.959963984540054  # two-sided 95 % point of the normal distribution


@dataclass(frozen=True)
class Proportion:
    """`hits` of `n`, with its 95 % Wilson interval."""

    hits: int
    n: int

    @property
    def value(self) -> float:
        return self.hits / self.n if self.n else math.nan

    @property
    def interval(self) -> tuple[float, float]:
        return wilson_interval(self.hits, self.n)

    def __str__(self) -> str:
        low, high = self.interval
        return f"{self.value:.2%} (n={self.n:,}, 95 % {low:.2%} to {high:.2%})"


def wilson_interval(hits: int, n: int) -> tuple[float, float]:
    """95 % score interval of a proportion (Wilson 1927); (0, 1) when nothing was counted."""
    if n == 0:
        return 0.0, 1.0
    share = hits / n
    centre = (share + Z_95**2 / (2 * n)) / (1 + Z_95**2 / n)
    half = Z_95 / (1 + Z_95**2 / n) * math.sqrt(share * (1 - share) / n + Z_95**2 / (4 * n * n))
    return max(0.0, centre - half), min(1.0, centre + half)


def accuracy(labels: Ints, predictions: Ints) -> Proportion:
    """The proportion of right predictions."""
    return Proportion(int(np.count_nonzero(labels == predictions)), len(labels))
