"""The rows that a figure comes from, in words and in JSON."""

from __future__ import annotations

from typing import Any

import pytest

from tenfold.evaluation.measured_on import STEERED, MeasuredOn


@pytest.mark.parametrize(
    ("measured_on", "words"),
    [
        (MeasuredOn("kept_out", 40, 400), "the 40 of 400 rows that this run kept out"),
        (
            MeasuredOn("unseen", 40, 65, trained_on=25),
            "40 of 65 rows that the model was neither trained on nor chosen by; left out: 25 that "
            "it was trained on",
        ),
        (
            MeasuredOn("out_of_fold", 6, 20, folds=10, models=3),
            "6 of 20 rows, each read by the one of 3 models that was not trained on it (10 folds)",
        ),
    ],
    ids=lambda value: value.kind if isinstance(value, MeasuredOn) else "",
)
def test_the_rows_are_named_in_words(measured_on: MeasuredOn, words: str) -> None:
    assert str(measured_on) == words


def test_a_figure_of_remembered_rows_says_so() -> None:
    assert MeasuredOn("same_files", 9, 9).is_remembered
    assert "how well it remembers them" in str(MeasuredOn("same_files", 9, 9))
    assert not MeasuredOn("unseen", 9, 9).is_remembered


def test_a_steered_figure_carries_a_note() -> None:
    assert MeasuredOn("kept_out", 1, 2, steered=True).notes == (STEERED,)
    assert MeasuredOn("kept_out", 1, 2).notes == ()


def test_it_comes_back_from_json() -> None:
    measured_on = MeasuredOn("unseen", 3, 5, chosen_by=2, sampling=4, complete=False)
    assert MeasuredOn.from_json(measured_on.to_json()) == measured_on


@pytest.mark.parametrize(
    "change", [{"rows": -1}, {"rows": "3"}, {"complete": 1}, {"kind": "other"}, {"unknown": 1}]
)
def test_other_json_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises((TypeError, ValueError)):
        MeasuredOn.from_json(MeasuredOn("unseen", 3, 5).to_json() | change)
