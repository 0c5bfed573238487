"""Two classifiers on the same rows: the difference, and the exact McNemar test."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from tenfold.metrics.arrays import Bools
from tenfold.metrics.proportion import Z_95, Proportion

SIGNIFICANT = 0.05  # a p value below it tells two classifiers apart


def mcnemar(correct_a: Bools, correct_b: Bools) -> float:
    """Exact two-sided p-value that two classifiers err equally often on the same rows.

    A binomial test on the rows that exactly one of them got right (McNemar 1947, exact form).
    """
    only_a = int(np.count_nonzero(correct_a & ~correct_b))
    only_b = int(np.count_nonzero(~correct_a & correct_b))
    n = only_a + only_b
    if n == 0:
        return 1.0
    log_half = n * math.log(0.5)
    tail = sum(
        math.exp(math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1) + log_half)
        for k in range(min(only_a, only_b) + 1)
    )
    return min(1.0, 2 * tail)


@dataclass(frozen=True)
class PairedComparison:
    """Two classifiers, A and B, on the same rows: counts of rows, and the exact McNemar p-value.

    `both` counts the rows that both read right, `only_a` those that only A did, and so on.
    """

    both: int
    only_a: int
    only_b: int
    neither: int
    p_value: float

    @property
    def n(self) -> int:
        return self.both + self.only_a + self.only_b + self.neither

    @property
    def accuracies(self) -> tuple[Proportion, Proportion]:
        return (
            Proportion(self.both + self.only_a, self.n),
            Proportion(self.both + self.only_b, self.n),
        )

    @property
    def difference(self) -> float:
        """Accuracy of A minus that of B."""
        return (self.only_a - self.only_b) / self.n if self.n else math.nan

    @property
    def interval(self) -> tuple[float, float]:
        """95 % interval of the difference (Bonett & Price 2012, the adjusted Wald interval).

        Where p is below 5 % it leaves 0 out. The reverse may fail, since the exact test is the
        stricter of the two.
        """
        a, b, n = self.only_a + 1, self.only_b + 1, self.n + 2
        centre = (a - b) / n
        half = Z_95 * math.sqrt((a + b) / n - centre**2) / math.sqrt(n)
        return max(-1.0, centre - half), min(1.0, centre + half)

    @property
    def better(self) -> Literal["A", "B"] | None:
        """The better classifier at the 5 % level; None where the rows show no difference."""
        if self.p_value >= SIGNIFICANT:
            return None
        return "A" if self.only_a > self.only_b else "B"


def compare_paired(correct_a: Bools, correct_b: Bools) -> PairedComparison:
    """Compare two classifiers by which rows each read right: bool [n], the same rows in both."""
    return PairedComparison(
        int(np.count_nonzero(correct_a & correct_b)),
        int(np.count_nonzero(correct_a & ~correct_b)),
        int(np.count_nonzero(~correct_a & correct_b)),
        int(np.count_nonzero(~correct_a & ~correct_b)),
        mcnemar(correct_a, correct_b),
    )
