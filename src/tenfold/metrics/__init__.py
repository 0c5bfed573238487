"""Metrics of a classifier, in pure numpy.

In: labels, predictions and probabilities as arrays.
Out: numbers with their intervals, and curves as arrays.
"""

from tenfold.metrics.arrays import Bools, Floats, Ints
from tenfold.metrics.confusion import ClassScores, class_scores, confusion_matrix
from tenfold.metrics.paired_comparison import SIGNIFICANT, PairedComparison, compare_paired, mcnemar
from tenfold.metrics.proportion import Z_95, Proportion, accuracy, wilson_interval
from tenfold.metrics.rejection import RiskCoverage, reject_threshold, risk_coverage
from tenfold.metrics.reliability import CALIBRATION_BINS, Calibration, calibration
from tenfold.metrics.temperature import SMALLEST, fit_temperature, negative_log_likelihood, soften

__all__ = [
    "CALIBRATION_BINS",
    "SIGNIFICANT",
    "SMALLEST",
    "Z_95",
    "Bools",
    "Calibration",
    "ClassScores",
    "Floats",
    "Ints",
    "PairedComparison",
    "Proportion",
    "RiskCoverage",
    "accuracy",
    "calibration",
    "class_scores",
    "compare_paired",
    "confusion_matrix",
    "fit_temperature",
    "mcnemar",
    "negative_log_likelihood",
    "reject_threshold",
    "risk_coverage",
    "soften",
    "wilson_interval",
]
