"""What model.json says of a training."""

from __future__ import annotations

import dataclasses
import hashlib

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.train

from conftest import drawn_digits  # noqa: E402
from tenfold.digits import Digits  # noqa: E402
from tenfold.digits.digits import DataFile  # noqa: E402
from tenfold.evaluation.evaluation import evaluation_of  # noqa: E402
from tenfold.evaluation.measured_on import MeasuredOn  # noqa: E402
from tenfold.recipes import Recipe  # noqa: E402
from tenfold.training.facts import (  # noqa: E402
    lineage,
    measured_facts,
    model_facts,
    rows_seen,
    validation_rows,
)

ROWS = np.arange(40)


@pytest.fixture
def digits() -> Digits:
    drawn = drawn_digits(50)
    files = (DataFile("/home/me/data/digits.zip: train.csv", "ab" * 32, 100, 50),)
    return dataclasses.replace(drawn, files=files)


def test_the_lineage_names_files_without_the_folders_of_the_machine(digits: Digits) -> None:
    found = lineage(digits, ROWS)
    assert [file.name for file in found.files] == ["train.csv"]
    assert found.rows == 40


def test_the_rows_are_told_by_their_numbers(digits: Digits) -> None:
    found = lineage(digits, ROWS)
    assert found.rows_sha256 == hashlib.sha256(ROWS.astype("<i8").tobytes()).hexdigest()
    assert lineage(digits, ROWS + 1).rows_sha256 != found.rows_sha256


def test_a_model_that_is_not_measured_yet_rejects_nothing(digits: Digits) -> None:
    facts = model_facts(Recipe(), 7, 1.25, digits, ROWS)
    assert (facts.seed, facts.temperature, facts.reject_threshold) == (7, 1.25, 0.0)
    assert facts.measured is None
    assert facts.labels == tuple("0123456789")


def test_rows_are_seen_as_trained_on_or_chosen_by(digits: Digits) -> None:
    seen = rows_seen(digits, ROWS, np.arange(40, 50), None).find(digits)
    np.testing.assert_array_equal(seen.trained_on, np.arange(50) < 40)
    np.testing.assert_array_equal(seen.chosen_by, np.arange(50) >= 40)


@pytest.mark.parametrize(("schedule", "steered"), [("plateau", True), ("one-cycle", False)])
def test_a_schedule_that_follows_the_validation_rows_is_said(
    digits: Digits, schedule: str, steered: bool
) -> None:
    recipe = Recipe().replace({"schedule": schedule})
    found = validation_rows(digits, np.arange(40, 50), recipe, None)
    assert (found.kind, found.rows, found.of) == ("kept_out", 10, 50)
    assert found.steered == steered


def test_the_figures_are_those_of_the_evaluation(digits: Digits) -> None:
    probabilities = np.full((50, 10), 0.01, np.float32)
    probabilities[np.arange(50), digits.labelled()] = 0.91
    probabilities[0] = np.roll(probabilities[0], 1)
    measured_on = MeasuredOn("given", 50, 50)
    evaluation = evaluation_of(digits, np.arange(50), probabilities, 0.99, measured_on)
    facts = measured_facts(evaluation)
    assert (facts.n, facts.accuracy) == (50, 0.98)
    assert facts.accuracy_95_low < 0.98 < facts.accuracy_95_high
    assert facts.measured_rows == measured_on.to_json()
