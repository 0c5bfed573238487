from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from answers import ANSWERS, CONFIDENCE, CORRECT, split
from tenfold import metrics


def test_risk_coverage_answers_the_surest_first_and_ties_together():
    curve = metrics.risk_coverage(CONFIDENCE, CORRECT)
    assert curve.threshold.tolist() == [0.95, 0.9, 0.8, 0.6]
    assert curve.coverage == pytest.approx([0.2, 0.4, 0.8, 1.0])
    assert curve.risk == pytest.approx([0, 0, 0.25, 0.4])


@given(ANSWERS)
def test_risk_at_full_coverage_is_the_error_rate(rows: list[tuple[float, bool]]):
    confidence, correct = split(rows)
    curve = metrics.risk_coverage(confidence, correct)
    assert curve.coverage[-1] == 1
    assert curve.risk[-1] == pytest.approx(1 - correct.mean())


def test_reject_threshold_is_the_lowest_that_keeps_the_promise():
    assert metrics.reject_threshold(CONFIDENCE, CORRECT, target=0.75) == 0.8
    assert metrics.reject_threshold(CONFIDENCE, CORRECT, target=0.9) == 0.9


def test_reject_threshold_is_zero_when_everything_may_be_answered():
    assert metrics.reject_threshold(CONFIDENCE, CORRECT, target=0.6) == 0.0


@pytest.mark.parametrize("confidence", [CONFIDENCE, CONFIDENCE.astype(np.float32), np.ones(5)])
def test_reject_threshold_answers_nothing_when_nothing_keeps_the_promise(confidence):
    threshold = metrics.reject_threshold(confidence.astype(np.float64), ~CORRECT, target=0.99)
    assert not np.greater_equal(confidence, threshold).any()
    assert not np.greater_equal(confidence.astype(np.float32), np.float32(threshold)).any()


@given(ANSWERS, st.floats(0.5, 1))
def test_what_is_answered_above_the_threshold_is_right_often_enough(
    rows: list[tuple[float, bool]], target: float
):
    confidence, correct = split(rows)
    answered = confidence >= metrics.reject_threshold(confidence, correct, target)
    assert not answered.any() or correct[answered].mean() >= target - 1e-9
