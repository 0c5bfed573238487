from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenfold import metrics

CONFIDENCE = np.array([0.95, 0.9, 0.8, 0.8, 0.6])
CORRECT = np.array([True, True, True, False, False])

judged = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=50)


def split(rows: list[tuple[float, bool]]) -> tuple[metrics.Floats, metrics.Bools]:
    confidence, correct = zip(*rows, strict=True)
    return np.array(confidence, dtype=np.float64), np.array(correct, dtype=bool)


def test_wilson_interval_of_half_of_ten_is_the_textbook_one():
    assert metrics.wilson_interval(5, 10) == pytest.approx((0.2366, 0.7634), abs=1e-4)


def test_wilson_interval_of_no_hits_begins_at_zero_and_is_not_empty():
    assert metrics.wilson_interval(0, 10) == pytest.approx((0.0, 0.2775), abs=1e-4)


def test_wilson_interval_of_nothing_is_everything():
    assert metrics.wilson_interval(0, 0) == (0.0, 1.0)


@given(st.integers(1, 10_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_interval_holds_the_share_and_stays_within_zero_and_one(case: tuple[int, int]):
    hits, n = case
    low, high = metrics.wilson_interval(hits, n)
    assert 0 <= low < high <= 1
    assert low - 1e-12 <= hits / n <= high + 1e-12


@given(st.integers(1, 10_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_interval_of_the_misses_mirrors_that_of_the_hits(case: tuple[int, int]):
    hits, n = case
    low, high = metrics.wilson_interval(hits, n)
    assert metrics.wilson_interval(n - hits, n) == pytest.approx((1 - high, 1 - low))


def test_a_proportion_is_told_with_its_n_and_its_interval():
    assert str(metrics.Proportion(1, 2)) == "50.00% (n=2, 95 % 9.45% to 90.55%)"


def test_a_proportion_of_nothing_has_no_value():
    assert math.isnan(metrics.Proportion(0, 0).value)


def test_confusion_has_the_true_label_down_and_the_reading_across():
    confusion = metrics.confusion_matrix(np.array([1, 1, 2]), np.array([1, 2, 2]), classes=3)
    assert confusion.tolist() == [[0, 0, 0], [0, 1, 1], [0, 0, 1]]


def test_class_scores_of_a_hand_worked_confusion():
    scores = metrics.class_scores(np.array([[8, 2], [1, 9]]))
    assert scores.precision == pytest.approx([8 / 9, 9 / 11])
    assert scores.recall == pytest.approx([0.8, 0.9])
    assert scores.f1 == pytest.approx([16 / 19, 18 / 21])
    assert scores.support.tolist() == [10, 10]


def test_class_scores_are_unknown_for_a_class_never_seen_nor_predicted():
    scores = metrics.class_scores(np.array([[3, 0], [0, 0]]))
    assert np.isnan([scores.precision[1], scores.recall[1], scores.f1[1]]).all()


def test_likelihood_of_a_certain_mistake_is_finite():
    loss = metrics.negative_log_likelihood(np.array([1]), np.array([[1.0, 0.0]]))
    assert loss == pytest.approx(-math.log(metrics.SMALLEST))


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


@given(judged)
def test_calibration_counts_every_row_and_errs_by_at_most_one(rows: list[tuple[float, bool]]):
    bins = metrics.calibration(*split(rows))
    assert bins.count.sum() == len(rows)
    assert 0 <= bins.ece <= 1 + 1e-12


def test_risk_coverage_answers_the_surest_first_and_ties_together():
    curve = metrics.risk_coverage(CONFIDENCE, CORRECT)
    assert curve.threshold.tolist() == [0.95, 0.9, 0.8, 0.6]
    assert curve.coverage == pytest.approx([0.2, 0.4, 0.8, 1.0])
    assert curve.risk == pytest.approx([0, 0, 0.25, 0.4])


@given(judged)
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


@given(judged, st.floats(0.5, 1))
def test_what_is_answered_above_the_threshold_is_right_often_enough(
    rows: list[tuple[float, bool]], target: float
):
    confidence, correct = split(rows)
    answered = confidence >= metrics.reject_threshold(confidence, correct, target)
    assert not answered.any() or correct[answered].mean() >= target - 1e-9


def test_a_temperature_of_one_changes_nothing():
    probabilities = np.array([[0.7, 0.2, 0.1]])
    assert metrics.soften(probabilities, 1.0) == pytest.approx(probabilities)


def test_a_temperature_of_two_takes_square_roots():
    assert metrics.soften(np.array([[0.9, 0.1]]), 2.0) == pytest.approx(np.array([[0.75, 0.25]]))


def test_the_temperature_that_was_applied_is_found_again():
    random = np.random.default_rng(0)
    honest = metrics.soften(random.dirichlet(np.full(10, 0.3), size=20_000), 1.0)
    labels = (random.random((len(honest), 1)) < honest.cumsum(axis=1)).argmax(axis=1)
    overconfident = metrics.soften(honest, 0.5)
    assert metrics.fit_temperature(labels, overconfident) == pytest.approx(2.0, rel=0.03)


def test_mcnemar_of_one_against_five_is_the_binomial_tail():
    both = [True] * 20
    a = np.array([False] * 5 + [True] + both)
    b = np.array([True] * 5 + [False] + both)
    assert metrics.mcnemar(a, b) == pytest.approx(2 * (1 + 6) / 2**6)


def test_mcnemar_cannot_tell_a_classifier_from_itself():
    assert metrics.mcnemar(CORRECT, CORRECT) == 1.0


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=300))
def test_mcnemar_is_a_probability_and_takes_no_sides(rows: list[tuple[bool, bool]]):
    a, b = np.array(rows).T
    assert 0 <= metrics.mcnemar(a, b) <= 1
    assert metrics.mcnemar(a, b) == metrics.mcnemar(b, a)


def paired(both: int, only_a: int, only_b: int, neither: int) -> metrics.PairedComparison:
    a = np.repeat([True, True, False, False], [both, only_a, only_b, neither])
    b = np.repeat([True, False, True, False], [both, only_a, only_b, neither])
    return metrics.compare_paired(a, b)


def test_a_paired_comparison_counts_all_four_kinds_of_rows():
    found = paired(80, 9, 4, 7)
    assert (found.both, found.only_a, found.only_b, found.neither) == (80, 9, 4, 7)
    assert [(one.hits, one.n) for one in found.accuracies] == [(89, 100), (84, 100)]
    assert found.difference == pytest.approx(0.05)


def test_the_interval_of_a_difference_adds_one_to_each_kind_of_differing_row():
    low, high = paired(1, 1, 7, 12).interval
    centre, variance = -6 / 23, (10 / 23 - (6 / 23) ** 2) / 23
    assert (low + high) / 2 == pytest.approx(centre)
    assert (high - low) / 2 == pytest.approx(1.959964 * math.sqrt(variance))


def test_what_the_test_tells_apart_the_interval_tells_apart_too():
    told = 0
    for only_a in range(40):
        for only_b in range(40):
            found = paired(300, only_a, only_b, 3)
            if found.better is not None:
                told += 1
                assert found.better == ("A" if only_a > only_b else "B")
                low, high = found.interval
                assert low > 0 if found.better == "A" else high < 0
    assert told > 100


def test_five_rows_to_none_tell_nothing_and_six_do():
    assert paired(100, 5, 0, 0).better is None
    assert paired(100, 0, 6, 0).better == "B"


def test_the_interval_covers_the_true_difference_as_often_as_it_says():
    random = np.random.default_rng(0)
    shares = [0.985, 0.006, 0.004, 0.005]  # as two good networks on Kaggle's rows
    covered = 0
    for both, only_a, only_b, neither in random.multinomial(4200, shares, size=2000):
        low, high = metrics.PairedComparison(both, only_a, only_b, neither, 1.0).interval
        covered += low <= 0.002 <= high
    assert 0.935 <= covered / 2000 <= 0.97
