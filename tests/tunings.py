"""The result of a small search, made by hand."""

from __future__ import annotations

import math
from pathlib import Path

from reports import KEPT_OUT, evaluation
from tenfold.evaluation.tuning import RowsOfSearch, State, TrialRecord, Tuning
from tenfold.metrics import Proportion
from tenfold.recipes import RECIPES
from tenfold.recipes.search_space import Span

BASE = RECIPES["smoke"].replace({"rotation": 5.0, "learning_rate": 0.2})
FOUND = {"rotation": 12.5, "learning_rate": 0.1}
SPACE = {"rotation": Span(4.0, 20.0), "learning_rate": Span(0.01, 0.6, log=True)}


def trial(number: int, right: int | None, state: State = "finished") -> TrialRecord:
    """A trial of three epochs with so many of 100 choosing rows right; None: it was given up."""
    values = FOUND if number == 1 else {"rotation": 5.0 + number, "learning_rate": 0.2}
    accuracies = tuple((right or 40) / 100 - loss for loss in (0.2, 0.1, 0.0))
    accuracy = None if right is None else Proportion(right, 100)
    log_loss = math.inf if right is None else 0.3
    return TrialRecord(number, values, state, accuracies, accuracy, log_loss, 1.5)


TRIALS = (trial(0, 90), trial(1, 95), trial(2, None, "pruned"), trial(3, 92))


def tuning_of(
    mistakes: int = 1,
    before: int = 2,
    *,
    trials: tuple[TrialRecord, ...] = TRIALS,
    best: int = 1,
    folder: Path = Path("out"),
) -> Tuning:
    """A search whose winner makes so many `mistakes` on 60 rows held out, and trial 0 `before`."""
    return Tuning(
        folder=folder,
        recipe=BASE.replace(FOUND),
        recipe_file=folder / "tuned.toml",
        base=BASE,
        space=SPACE,
        trials=trials,
        best=trials[best],
        rows=RowsOfSearch(180, 60, 60),
        seed=0,
        tuned=evaluation(mistakes, measured_on=KEPT_OUT),
        untuned=evaluation(before, measured_on=KEPT_OUT),
    )
