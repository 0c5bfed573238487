"""An evaluation of six rows, worked by hand."""

from __future__ import annotations

import numpy as np

from tenfold.evaluation.evaluation import Evaluation
from tenfold.evaluation.measured_on import MeasuredOn

# What was read, and how surely; the rest of the probability goes to the true label, or where that
# was read to the next digit.
LABELS = [0, 1, 2, 3, 4, 4]

ONE = MeasuredOn("kept_out", 1, 1)

READ = [(0, 0.9), (1, 0.8), (7, 0.6), (8, 0.95), (9, 0.7), (9, 0.8)]


def evaluation(
    labels: list[int], read: list[tuple[int, float]], answered_accuracy: float = 0.999
) -> Evaluation:
    n = len(labels)
    probabilities = np.zeros((n, 10), dtype=np.float32)
    for row, (label, (digit, probability)) in enumerate(zip(labels, read, strict=True)):
        probabilities[row, (digit + 1) % 10 if digit == label else label] = 1 - probability
        probabilities[row, digit] = probability
    return Evaluation(
        np.arange(n, dtype=np.uint8)[:, None, None] * np.ones((28, 28), dtype=np.uint8),
        np.array(labels),
        probabilities,
        np.arange(n) * 10,
        tuple(f"train.csv:{10 * row + 2}" for row in range(n)),
        answered_accuracy,
    )
