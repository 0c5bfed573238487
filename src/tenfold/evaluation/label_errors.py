"""Label errors by confident learning: rows whose label is probably wrong. Arrays in, rows out."""

from __future__ import annotations

import numpy as np

from tenfold.digits import CLASSES, Labels, Rows
from tenfold.metrics import Floats

ROUNDING = 1e-12


def find_label_errors(labels: Labels, probabilities: Floats) -> tuple[Rows, Labels]:
    """Rows whose label is probably wrong, the likeliest first, and the digit of each instead.

    labels int64 [n]; probabilities float [n, 10], of a model that was not trained on these rows;
    gives int64 [k] and int64 [k]. Confident learning (Northcutt, Jiang, Chuang 2021, "Confident
    Learning: Estimating Uncertainty in Dataset Labels", JAIR 70, equation 1): a row is confidently
    of a digit if the digit's probability reaches the mean over the rows so labelled; of several,
    of the most probable. So a digit of which the model is seldom sure needs less than one of which
    it always is, and a model that is too sure, or not sure enough, raises or lowers the bar with
    itself. Suspects are the rows that are confidently of another digit than their label, and less
    probably of the label; ranked by normalised margin, the one probability minus the other.
    """
    probabilities = probabilities.astype(np.float64)
    of_label = probabilities[np.arange(len(labels)), labels]
    count = np.bincount(labels, minlength=CLASSES)
    with np.errstate(invalid="ignore"):  # no row, no threshold: nothing is claimed to be that digit
        mean = np.bincount(labels, of_label, CLASSES) / count
    # the mean of equal numbers may exceed them by its rounding
    confident = probabilities >= np.where(count > 0, mean, np.inf) - ROUNDING
    suggested = np.where(confident, probabilities, 0).argmax(axis=1)
    margin = of_label - np.where(confident, probabilities, 0).max(axis=1)
    rows = np.flatnonzero((suggested != labels) & (margin < 0))
    rows = rows[np.argsort(margin[rows], kind="stable")]
    return rows, suggested[rows]
