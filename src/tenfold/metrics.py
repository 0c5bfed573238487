"""Metrics of a classifier, in pure numpy: arrays in, numbers out.

Throughout: labels int64 [n]; predictions int64 [n]; probabilities float [n, 10], rows sum to 1;
confidence is the probability of the predicted class.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating[Any]]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

Z_95 = 1.959963984540054  # two-sided 95 % point of the normal distribution
SIGNIFICANT = 0.05  # a p value below it tells two classifiers apart
CALIBRATION_BINS = 15  # as Guo et al. 2017 count them
SMALLEST = 1e-12  # probabilities are kept above this before a logarithm


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


def confusion_matrix(labels: Ints, predictions: Ints, classes: int = 10) -> Ints:
    """Count pairs of labels: int64 [classes, classes], row = true, column = predicted."""
    flat = np.bincount(labels * classes + predictions, minlength=classes * classes)
    return flat.reshape(classes, classes).astype(np.int64)


@dataclass(frozen=True)
class ClassScores:
    """Per class, float64 [10]; NaN where a class was never seen, or never predicted."""

    precision: Floats
    recall: Floats
    f1: Floats
    support: Ints


def class_scores(confusion: Ints) -> ClassScores:
    """Compute precision, recall and F1 from a confusion matrix int64 [10, 10]."""
    hits = np.diagonal(confusion).astype(np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        precision = hits / confusion.sum(axis=0)
        recall = hits / confusion.sum(axis=1)
        f1 = 2 * hits / (confusion.sum(axis=0) + confusion.sum(axis=1))
    return ClassScores(precision, recall, f1, confusion.sum(axis=1))


def negative_log_likelihood(labels: Ints, probabilities: Floats) -> float:
    """The mean negative log likelihood of the labels, in nats."""
    true = probabilities[np.arange(len(labels)), labels]
    return float(-np.log(np.maximum(true, SMALLEST)).mean())


@dataclass(frozen=True)
class Calibration:
    """Per non-empty confidence bin: edges, mean confidence, accuracy and count; and the ECE."""

    low: Floats
    high: Floats
    confidence: Floats
    accuracy: Floats
    count: Ints
    ece: float


def calibration(confidence: Floats, correct: Bools, bins: int = CALIBRATION_BINS) -> Calibration:
    """Equal-width reliability bins and the expected calibration error (Guo et al. 2017, eq. 3)."""
    edges = np.linspace(0, 1, bins + 1)
    bin_of = np.clip(np.ceil(confidence * bins).astype(np.int64) - 1, 0, bins - 1)
    count = np.bincount(bin_of, minlength=bins)
    filled = count > 0
    mean_confidence = np.bincount(bin_of, confidence, bins)[filled] / count[filled]
    mean_accuracy = np.bincount(bin_of, correct.astype(np.float64), bins)[filled] / count[filled]
    share = count[filled] / max(len(confidence), 1)
    return Calibration(
        edges[:-1][filled],
        edges[1:][filled],
        mean_confidence,
        mean_accuracy,
        count[filled].astype(np.int64),
        float(np.sum(share * np.abs(mean_confidence - mean_accuracy))),
    )


@dataclass(frozen=True)
class RiskCoverage:
    """Error and share of the answered rows at each confidence threshold. float64 [k] each.

    Thresholds descend; rows of equal confidence are answered together.
    """

    threshold: Floats
    coverage: Floats
    risk: Floats


def risk_coverage(confidence: Floats, correct: Bools) -> RiskCoverage:
    """The risk-coverage curve (El-Yaniv & Wiener 2010)."""
    order = np.argsort(-confidence, kind="stable")
    sorted_confidence = confidence[order]
    errors = np.cumsum(~correct[order])
    last_of_tie = np.append(np.diff(sorted_confidence) != 0, True)[: len(order)]
    answered = np.arange(1, len(order) + 1)
    return RiskCoverage(
        sorted_confidence[last_of_tie],
        (answered / max(len(order), 1))[last_of_tie],
        (errors / answered)[last_of_tie],
    )


def reject_threshold(confidence: Floats, correct: Bools, target: float) -> float:
    """The lowest confidence at which the answered rows are right with at least `target`.

    0 if answering everything reaches it; just above the highest confidence if nothing does.
    """
    curve = risk_coverage(confidence, correct)
    good = np.flatnonzero(curve.risk <= 1 - target + 1e-12)
    if len(good) == 0:
        # In float32, which is what the threshold is later compared with.
        return float(np.nextafter(np.float32(confidence.max(initial=0.0)), np.float32(2)))
    if curve.coverage[good[-1]] == 1.0:
        return 0.0
    return float(curve.threshold[good[-1]])


def soften(probabilities: Floats, temperature: float) -> Floats:
    """softmax(log(p) / temperature), float64 [n, 10]; above 1 it flattens, below 1 it sharpens."""
    logits = np.log(np.maximum(probabilities.astype(np.float64), SMALLEST)) / temperature
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    softened: Floats = powers / powers.sum(axis=1, keepdims=True)
    return softened


def fit_temperature(labels: Ints, probabilities: Floats) -> float:
    """The temperature in [0.1, 10] that minimises the negative log likelihood (Guo et al. 2017).

    Golden-section search on its logarithm: the loss is convex in 1/T, so it has one minimum.
    """
    golden = (math.sqrt(5) - 1) / 2
    low, high = math.log(0.1), math.log(10.0)

    def loss(log_temperature: float) -> float:
        softened = soften(probabilities, math.exp(log_temperature))
        return negative_log_likelihood(labels, softened)

    left, right = high - golden * (high - low), low + golden * (high - low)
    loss_left, loss_right = loss(left), loss(right)
    while high - low > 1e-3:
        if loss_left < loss_right:
            high, right, loss_right = right, left, loss_left
            left = high - golden * (high - low)
            loss_left = loss(left)
        else:
            low, left, loss_left = left, right, loss_right
            right = low + golden * (high - low)
            loss_right = loss(right)
    return math.exp((low + high) / 2)


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
