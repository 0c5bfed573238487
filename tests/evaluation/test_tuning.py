"""The result of a search, in words, in JSON and in a notebook's cell."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest

from tunings import trial, tuning_of


def test_the_winner_is_compared_on_the_rows_held_out() -> None:
    tuning = tuning_of(mistakes=0, before=10)
    assert (tuning.counts.only_a, tuning.counts.only_b, tuning.counts.n) == (10, 0, 60)
    assert tuning.verdict == "The tuned recipe is better."
    assert tuning_of(mistakes=10, before=0).verdict == "The tuned recipe is worse."


def test_no_difference_and_no_better_trial_are_said() -> None:
    alike = "No difference from the recipe as it is can be told from these 60 rows."
    assert tuning_of(mistakes=1, before=2).verdict == alike
    same = tuning_of(best=0)
    assert same.verdict == "No trial was better than the recipe as it is."
    assert "tuned minus untuned" not in same.summary()


def test_trials_inside_the_interval_of_the_best_are_as_good() -> None:
    # 95 of 100: 88.8 % to 97.9 %
    trials = (trial(0, 80), trial(1, 95), trial(2, 89), trial(3, 88), trial(4, None, "pruned"))
    assert tuning_of(trials=trials).as_good == 2


def test_the_summary_counts_the_trials_by_their_end() -> None:
    trials = (trial(0, 90), trial(1, 95), trial(2, None, "pruned"), trial(3, None, "diverged"))
    first, second, *_ = tuning_of(trials=trials).summary().splitlines()
    assert first == "4 trials: 2 finished, 1 given up early, 1 diverged"
    assert second.startswith("best: trial 1, 95.00% (n=100, ")
    assert "diverged" not in tuning_of().summary()
    assert (
        tuning_of(mistakes=0, before=10)
        .summary()
        .splitlines()[-2]
        .startswith("tuned minus untuned: +16.67 points")
    )


def test_changes_are_of_the_varied_fields_alone() -> None:
    assert tuning_of().changes == {"rotation": (5.0, 12.5), "learning_rate": (0.2, 0.1)}


def test_the_json_holds_the_figures_and_no_infinity() -> None:
    tuning = tuning_of(mistakes=0, before=10)
    answer: dict[str, Any] = json.loads(json.dumps(tuning.to_json(), allow_nan=False))
    assert (answer["best"], answer["fields"]) == (1, {"rotation": 12.5, "learning_rate": 0.1})
    assert answer["rows"] == {"train": 180, "choose": 60, "held_out": 60}
    assert answer["difference"] == pytest.approx(10 / 60)
    assert answer["difference_95_low"] < 10 / 60 < answer["difference_95_high"]
    finished, given_up = answer["trials"][1], answer["trials"][2]
    assert (finished["accuracy"], finished["n"], finished["log_loss"]) == (0.95, 100, 0.3)
    assert (given_up["accuracy"], given_up["n"], given_up["log_loss"]) == (None, None, None)
    assert math.isinf(tuning.trials[2].log_loss)


def test_a_cell_has_a_line_for_each_varied_field() -> None:
    cell = tuning_of()._repr_html_()
    assert "4 to 20" in cell
    assert "0.01 to 0.6, logarithmic" in cell
    assert cell.count("tuned.toml") == 1


def test_the_parts_of_the_rows_are_named() -> None:
    assert str(tuning_of().rows) == (
        "180 rows to train on, 60 to choose by, 60 held out, which no trial saw"
    )
