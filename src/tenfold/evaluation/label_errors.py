"""Label errors by confident learning: rows whose label is probably wrong. Arrays in, rows out."""

from __future__ import annotations

import numpy as np

from tenfold.digits import CLASSES, Labels, Rows
from tenfold.metrics import Floats

ROUNDING = 1e-12


def find_label_errors(labels: Labels, probabilities: Floats) -> tuple[Rows, Labels]:
    """Find the rows whose label is probably wrong, the likeliest first, and their likely digit.

    labels int64 [n]; probabilities float [n, 10], of a model that was not trained on these rows;
    gives row indices int64 [k] and digits int64 [k].

    Confident learning (Northcutt, Jiang, Chuang 2021, "Confident Learning: Estimating Uncertainty
    in Dataset Labels", JAIR 70, equation 1): a row is confidently of a digit if the digit's
    probability reaches the mean over the rows so labelled; of several such digits, the most
    probable counts. So the threshold of a digit follows the model's usual confidence in it, and an
    over- or underconfident model moves its own thresholds. Suspects are the rows that are
    confidently of another digit than their label, and less probably of the label. They are ranked
    by normalised margin, the probability of the label minus that of the other digit.
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
