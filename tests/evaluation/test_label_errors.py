"""Label errors by confident learning."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from planted_errors import planted, report_folder
from tenfold.digits import Labels
from tenfold.evaluation.audit import Audit, audit
from tenfold.evaluation.label_errors import find_label_errors
from tenfold.metrics import Floats, soften


def hand_worked() -> tuple[Labels, Floats]:
    """Mean self-confidence of the rows labelled 0 is 0.5, of those labelled 1 is 0.7."""
    labels = np.array([0, 0, 0, 1, 1, 1])
    of_zero = np.array([0.9, 0.55, 0.05, 0.1, 0.4, 0.4])
    probabilities = np.zeros((6, 10))
    probabilities[:, 0], probabilities[:, 1] = of_zero, 1 - of_zero
    return labels, probabilities


@pytest.fixture
def found(tmp_path: Path) -> Audit:
    return audit(report_folder(tmp_path / "report")[0])


def test_a_row_is_suspect_if_another_digit_reaches_the_mean_of_its_own_rows():
    labels, probabilities = hand_worked()
    rows, suggested = find_label_errors(labels, probabilities)
    assert (rows.tolist(), suggested.tolist()) == ([2], [1])


@pytest.mark.parametrize(("of_one", "found"), [(0.69, []), (0.71, [1])])
def test_a_row_read_otherwise_but_below_that_mean_is_no_suspect(of_one: float, found: list[int]):
    labels, probabilities = hand_worked()
    probabilities[2, :2] = 0.95, 0.05
    probabilities[1, :2] = 1 - of_one, of_one
    probabilities[0, :2] = 0.9, 0.1
    assert find_label_errors(labels, probabilities)[0].tolist() == found


def test_a_digit_more_probable_than_the_label_is_what_makes_a_suspect():
    # 1 is never sure of itself, so its bar is 0.3; the last row is below the bar of 0 and above
    # that of 1, but still rather a 0
    labels = np.array([0, 0, 1, 0])
    probabilities = np.zeros((4, 10))
    probabilities[:, 0] = 0.99, 0.99, 0.6, 0.6
    probabilities[:, 1] = 0.01, 0.01, 0.3, 0.4
    probabilities[:, 2] = 0, 0, 0.1, 0
    assert find_label_errors(labels, probabilities)[0].tolist() == []


def test_the_likeliest_error_comes_first():
    labels, probabilities = np.repeat([0, 1], 20), np.zeros((40, 10))
    probabilities[np.arange(40), labels] = 1
    for row, wrong in ((3, 0.97), (5, 0.999), (30, 0.98)):
        probabilities[row] = 0
        probabilities[row, 1 - labels[row]], probabilities[row, labels[row]] = wrong, 1 - wrong
    assert find_label_errors(labels, probabilities)[0].tolist() == [5, 30, 3]


def test_nothing_is_suggested_that_no_row_is_labelled():
    probabilities = np.zeros((3, 10))
    probabilities[:, 7] = 1.0
    rows, _ = find_label_errors(np.array([0, 1, 2]), probabilities)
    assert rows.tolist() == []


@pytest.mark.parametrize("n", [0, 1])
def test_hardly_any_rows_hold_no_suspects(n: int):
    rows, suggested = find_label_errors(np.zeros(n, np.int64), np.eye(10)[:n])
    assert (rows.shape, suggested.shape) == ((0,), (0,))


def test_planted_errors_are_found_and_hard_rows_are_not_accused():
    labels, probabilities, flipped = planted()
    rows, suggested = find_label_errors(labels, probabilities)
    hits = np.isin(rows, flipped)
    misread = np.flatnonzero(probabilities.argmax(axis=1) != labels)
    assert hits.mean() >= 0.97  # precision
    assert hits.sum() / len(flipped) >= 0.85  # recall; some flipped rows are hard too
    assert np.isin(misread, flipped).mean() < 0.6  # what accusing every misread row would give
    assert hits[: len(flipped) // 2].all()
    assert (suggested[hits] == probabilities.argmax(axis=1)[rows[hits]]).all()


@pytest.mark.parametrize(
    ("temperature", "precision", "recall"), [(0.4, 0.85, 0.95), (1.0, 0.97, 0.95), (2.5, 0.97, 0.6)]
)
def test_a_model_too_sure_of_itself_accuses_more_and_one_not_sure_enough_finds_less(
    temperature: float, precision: float, recall: float
):
    labels, probabilities, flipped = planted()
    rows, _ = find_label_errors(labels, soften(probabilities, temperature))
    hits = np.isin(rows, flipped)
    assert hits.mean() >= precision
    assert hits.sum() / len(flipped) >= recall
