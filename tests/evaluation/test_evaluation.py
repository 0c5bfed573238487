"""An evaluation: what follows from labels and probabilities."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from six_rows import LABELS, ONE, READ, evaluation
from tenfold.digits import DataFile, Digits
from tenfold.errors import DataError
from tenfold.evaluation.evaluation import Evaluation, evaluation_of
from tenfold.evaluation.measured_on import MeasuredOn


@pytest.fixture
def six() -> Evaluation:
    return evaluation(LABELS, READ)


def test_accuracy_counts_the_rows_read_right(six: Evaluation):
    assert (six.accuracy.hits, six.accuracy.n) == (2, 6)


def test_mistakes_are_ranked_by_probability_read_minus_probability_of_the_label(six: Evaluation):
    assert [mistake.row for mistake in six.top_losses()] == [30, 50, 40, 20]
    assert six.top_losses()[0].importance == pytest.approx(0.9)


def test_a_mistake_says_where_it_is_and_what_it_was_taken_for(six: Evaluation):
    worst = six.top_losses(1)[0]
    assert (worst.place, worst.label, worst.prediction) == ("train.csv:32", 3, 8)
    assert (worst.probability, worst.probability_of_label) == pytest.approx((0.95, 0.05))


def test_most_confused_pairs_come_first_and_right_ones_not_at_all(six: Evaluation):
    assert six.most_confused() == [(4, 9, 2), (2, 7, 1), (3, 8, 1)]
    assert six.most_confused(1) == [(4, 9, 2)]


def test_without_mistakes_there_are_no_losses_and_no_confused_pairs():
    perfect = evaluation([5, 6], [(5, 0.9), (6, 0.8)])
    assert perfect.top_losses() == []
    assert perfect.most_confused() == []


def test_calibration_error_of_the_six(six: Evaluation):
    # One row a bin but for the two of 0.8 and 0.8, of which one is right.
    gaps = [0.1, 2 * abs(0.8 - 0.5), 0.6, 0.95, 0.7]
    assert six.calibration.ece == pytest.approx(sum(gaps) / 6)


@given(st.data())
def test_everything_that_is_counted_adds_up(data: st.DataObject):
    labels = data.draw(st.lists(st.integers(0, 9), min_size=1, max_size=30))
    read = st.tuples(st.integers(0, 9), st.sampled_from([0.6, 0.7, 0.9, 1.0]))
    one = evaluation(labels, data.draw(st.lists(read, min_size=len(labels), max_size=len(labels))))
    wrong = one.accuracy.n - one.accuracy.hits
    assert one.confusion.sum() == len(one)
    assert len(one.top_losses(None)) == wrong
    assert sum(count for _, _, count in one.most_confused(90)) == wrong
    assert one.cross_fitted.answered_right.n == one.cross_fitted.answered.hits


def test_numbers_are_json_even_where_a_class_was_never_seen(six: Evaluation):
    numbers = json.loads(json.dumps(six.numbers(), allow_nan=False))
    assert numbers["n"] == 6
    assert numbers["errors"] == 4
    assert numbers["classes"][5] == {
        "digit": 5,
        "precision": None,
        "recall": None,
        "f1": None,
        "support": 0,
    }


def test_the_summary_shows_n_and_the_commonest_mistake(six: Evaluation):
    assert "n=6" in six.summary()
    assert "4 as 9 (2)" in six.summary()


def test_an_evaluation_of_some_rows_knows_their_places_in_the_file():
    digits = Digits(
        np.zeros((4, 28, 28), dtype=np.uint8),
        np.array([1, 2, 3, 4]),
        (DataFile("train.csv", "0" * 64, 100, 4, first_line=2),),
    )
    probabilities = np.eye(10, dtype=np.float32)[[2, 4]]
    some = evaluation_of(
        digits, np.array([1, 3]), probabilities, 0.99, MeasuredOn("kept_out", 2, 4)
    )
    assert some.labels.tolist() == [2, 4]
    assert some.places == ("train.csv:3", "train.csv:5")


def test_rows_without_labels_cannot_be_evaluated():
    digits = Digits(np.zeros((1, 28, 28), dtype=np.uint8), None)
    with pytest.raises(DataError, match="has no labels"):
        evaluation_of(digits, np.array([0]), np.eye(10, dtype=np.float32)[:1], 0.99, ONE)
