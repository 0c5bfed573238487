"""Temperature scaling: the one number that calibrates probabilities (Guo et al. 2017)."""

from __future__ import annotations

import math

import numpy as np

from tenfold.metrics.arrays import Floats, Ints

SMALLEST = 1e-12  # probabilities are kept above this before a logarithm


def negative_log_likelihood(labels: Ints, probabilities: Floats) -> float:
    """The mean negative log likelihood of the labels, in nats."""
    true = probabilities[np.arange(len(labels)), labels]
    return float(-np.log(np.maximum(true, SMALLEST)).mean())


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
