"""Stratified splits of rows: folds of a cross-validation, and rows kept out for validation."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from tenfold.digits.tile import CLASSES, Labels, Rows


def stratified_folds(labels: Labels, folds: int, seed: int = 0) -> npt.NDArray[np.int64]:
    """The fold of each row, int64 [n]; every class is spread as evenly as possible over the folds.

    The seed of a run has no influence, so runs with other seeds are measured on the same folds. The
    rows of each class are shuffled and dealt to the folds in turn. Each class starts where the last
    one stopped, so the sizes of folds differ by at most one.
    """
    random = np.random.default_rng(seed)
    fold_of = np.empty(len(labels), dtype=np.int64)
    dealt = 0
    for digit in range(CLASSES):
        rows = random.permutation(np.flatnonzero(labels == digit))
        fold_of[rows] = (dealt + np.arange(len(rows))) % folds
        dealt += len(rows)
    return fold_of


def stratified_split(labels: Labels, fraction: float, seed: int) -> tuple[Rows, Rows]:
    """The row numbers of (train, validation), both sorted.

    Validation holds `fraction` of each class, rounded, and at least one row of each class that has
    two.
    """
    random = np.random.default_rng(seed)
    chosen = []
    for digit in range(CLASSES):
        rows = random.permutation(np.flatnonzero(labels == digit))
        count = round(len(rows) * fraction)
        if fraction > 0 and len(rows) > 1:
            count = min(max(count, 1), len(rows) - 1)
        chosen.append(rows[:count])
    validation = np.sort(np.concatenate(chosen))
    train = np.setdiff1d(np.arange(len(labels)), validation, assume_unique=True)
    return train, validation
