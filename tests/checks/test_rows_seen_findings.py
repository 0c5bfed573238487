"""Rows that a model has seen, as findings."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from digit_files import only, written_digits
from tenfold.checks.rows_seen_findings import seen_findings
from tenfold.classifier import find_model
from tenfold.model_folder import ModelFolder
from tenfold.model_folder.rows_seen import RowsSeen

DIGITS = written_digits()


@pytest.fixture
def model() -> ModelFolder:
    first, second = DIGITS.take(np.arange(20)), DIGITS.take(np.arange(20, 25))
    seen = RowsSeen.of([first], [second])
    return dataclasses.replace(find_model("mnist"), path="m", seen=seen)


def test_rows_trained_on_and_chosen_by_are_two_warnings(model: ModelFolder) -> None:
    trained, chosen = seen_findings(model, DIGITS, None)
    assert (trained.name, trained.count, trained.severity) == ("trained-on", 20, "warning")
    assert (chosen.name, chosen.count) == ("chosen-by", 5)
    assert "20 of 100 training images are what the model was trained on" in trained.message
    assert trained.places[0] == "train.csv:2"


def test_both_splits_are_looked_at(model: ModelFolder) -> None:
    found = list(seen_findings(model, None, DIGITS.take(np.arange(10))))
    assert only(found).message == "10 of 10 test images are what the model was trained on"


def test_other_rows_are_no_finding(model: ModelFolder) -> None:
    assert list(seen_findings(model, DIGITS.take(np.arange(30, 60)), None)) == []


def test_a_model_without_hashes_cannot_tell(model: ModelFolder) -> None:
    finding = only(list(seen_findings(dataclasses.replace(model, seen=None), DIGITS, None)))
    assert (finding.severity, finding.name) == ("info", "seen-unknown")
    assert "no rows.bin" in finding.message


def test_a_start_whose_rows_nobody_recorded_is_said(model: ModelFolder) -> None:
    assert model.seen is not None
    incomplete = dataclasses.replace(model, seen=model.seen | RowsSeen.unrecorded())
    found = list(seen_findings(incomplete, DIGITS.take(np.arange(30, 60)), None))
    assert "without rows.bin" in only(found).message
