"""Cross-fitting: temperature and reject threshold, measured on rows that did not set them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tenfold import metrics
from tenfold.metrics import Floats, Ints


@dataclass(frozen=True)
class CrossFitted:
    """The figures of temperature and reject threshold on rows that did not set them.

    Both are set on one half of the rows and measured on the other half, and the reverse.
    """

    ece: float
    negative_log_likelihood: float
    answered: metrics.Proportion  # of all rows
    answered_right: metrics.Proportion  # of the answered rows
    target: float


def cross_fit(labels: Ints, probabilities: Floats, target: float) -> CrossFitted:
    """Fit on the even rows and measure on the odd ones, and the reverse.

    labels int64 [n]; probabilities float [n, 10]; target: the share right to aim for among the
    answered. The temperature inside the model was set on all these rows, but temperatures
    multiply, so each half reaches its optimum from any starting point.
    """
    halves = np.arange(len(labels)) % 2
    correct = probabilities.argmax(axis=1) == labels
    softened = np.empty(probabilities.shape)
    answered = np.empty(len(labels), dtype=bool)
    for half in (0, 1):
        fit, held_out = halves != half, halves == half
        if not fit.any():
            fit = held_out  # a single row cannot be halved
        temperature = metrics.fit_temperature(labels[fit], probabilities[fit])
        confidence = metrics.soften(probabilities[fit], temperature).max(axis=1)
        threshold = metrics.reject_threshold(confidence, correct[fit], target)
        softened[held_out] = metrics.soften(probabilities[held_out], temperature)
        answered[held_out] = softened[held_out].max(axis=1) >= threshold
    return CrossFitted(
        metrics.calibration(softened.max(axis=1), correct).ece,
        metrics.negative_log_likelihood(labels, softened),
        metrics.Proportion(int(answered.sum()), len(labels)),
        metrics.Proportion(int((answered & correct).sum()), int(answered.sum())),
        target,
    )
