"""Reliability: whether confidence is as high as accuracy, by bins and as one number (ECE)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tenfold.metrics.arrays import Bools, Floats, Ints

CALIBRATION_BINS = 15  # as Guo et al. 2017 count them


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
