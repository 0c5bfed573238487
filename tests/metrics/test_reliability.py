from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given

from answers import ANSWERS, split
from tenfold import metrics


def test_calibration_error_is_the_weighted_gap_between_confidence_and_accuracy():
    bins = metrics.calibration(np.array([0.9, 0.9, 0.3]), np.array([True, False, False]), bins=2)
    assert bins.count.tolist() == [1, 2]
    assert bins.confidence == pytest.approx([0.3, 0.9])
    assert bins.accuracy == pytest.approx([0.0, 0.5])
    assert bins.ece == pytest.approx(1 / 3 * 0.3 + 2 / 3 * 0.4)


def test_a_confidence_on_an_edge_falls_into_the_bin_that_ends_there():
    bins = metrics.calibration(np.array([0.0, 0.5, 1.0]), np.array([True] * 3), bins=2)
    assert bins.count.tolist() == [2, 1]
    assert bins.high.tolist() == [0.5, 1.0]


@given(ANSWERS)
def test_calibration_counts_every_row_and_errs_by_at_most_one(rows: list[tuple[float, bool]]):
    bins = metrics.calibration(*split(rows))
    assert bins.count.sum() == len(rows)
    assert 0 <= bins.ece <= 1 + 1e-12
