"""Rejection of unsure answers: the risk-coverage curve, and the threshold for a target."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tenfold.metrics.arrays import Bools, Floats


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
