"""The confusion matrix, and precision, recall and F1 of each class."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tenfold.metrics.arrays import Floats, Ints


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
