"""What a search leaves: the winner measured on the rows held out, its recipe, the report."""

from __future__ import annotations

import dataclasses
import math
import shutil
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import tomli_w

from tenfold import environment
from tenfold.classifier import Classifier
from tenfold.digits import Digits
from tenfold.errors import DataError, UsageError
from tenfold.evaluation.evaluation import Evaluation, evaluation_of
from tenfold.evaluation.evaluation_files import csv_text
from tenfold.evaluation.report.tuning_report import write_tuning_report
from tenfold.evaluation.tuning import State, TrialRecord, Tuning
from tenfold.evaluation.unseen import rows_to_measure
from tenfold.files import staged_folder, write_json, write_whole
from tenfold.interop.tuning.search_folder import SearchFolder
from tenfold.interop.tuning.search_rows import SearchRows
from tenfold.interop.tuning.study import Study
from tenfold.metrics import Proportion
from tenfold.recipes import RECIPES, Recipe
from tenfold.recipes.recipe import PresetDefault
from tenfold.recipes.search_space import Space, rounded, varied_recipe
from tenfold.run_folder import RunFolder

if TYPE_CHECKING:
    from optuna.trial import FrozenTrial

STATES: dict[str, State] = {"COMPLETE": "finished", "PRUNED": "pruned", "FAIL": "diverged"}
OPENING = (
    "# found by tenfold tune: the best of {} trials by {:,} rows; tenfold run DATA --recipe {}\n"
)


def write_outcome(
    folder: SearchFolder, study: Study, recipe: Recipe, space: Space, rows: SearchRows, seed: int
) -> Tuning:
    """Choose the best trial, measure it and trial 0 on the rows held out, and write all files.

    Raises UsageError where no trial has finished, OutputError, DataError.
    """
    trials = tuple(_record(trial) for trial in study.records())
    finished = [trial for trial in trials if trial.accuracy is not None]
    if not finished:
        raise UsageError("no trial has finished", hint="give more minutes")
    best = max(finished, key=lambda trial: (_right(trial), -trial.log_loss, -trial.number))
    tuned = dataclasses.replace(varied_recipe(recipe, best.values), name=folder.recipe.stem)
    tuning = Tuning(
        folder=folder.path,
        recipe=tuned,
        recipe_file=folder.recipe,
        base=recipe,
        space=space,
        trials=trials,
        best=best,
        rows=rows.counts,
        seed=seed,
        tuned=_measured(folder.trial(best.number), rows.held_out, recipe),
        untuned=_measured(folder.trial(0), rows.held_out, recipe),
    )
    with staged_folder(folder.model, force=True) as staged:
        shutil.copytree(folder.trial(best.number).model, staged, dirs_exist_ok=True)
    write_whole(folder.table, _table(trials, space))
    write_json(folder.report / "tuning.json", tuning.to_json())
    write_tuning_report(tuning, folder.report, environment=environment.describe())
    opening = OPENING.format(len(trials), rows.counts.choose, folder.recipe)
    write_whole(folder.recipe, opening + recipe_file(tuned))
    return tuning


def recipe_file(recipe: Recipe) -> str:
    """The recipe as TOML: the preset that it began as, and the fields that differ from it."""
    presets = (preset for preset in RECIPES.values() if _network(preset) == _network(recipe))
    preset = min(presets, key=lambda preset: len(_differences(preset, recipe)), default=None)
    preset = preset or RECIPES["fast"]
    return tomli_w.dumps({"recipe": preset.name, **_differences(preset, recipe)})


def _network(recipe: Recipe) -> tuple[str, str]:
    return recipe.network, recipe.optimizer


def _differences(preset: Recipe, recipe: Recipe) -> dict[str, Any]:
    """The fields but the name that differ; planned epochs are left to the preset's plan."""
    differing = {
        field.name: getattr(recipe, field.name)
        for field in dataclasses.fields(Recipe)
        if field.name != "name" and getattr(recipe, field.name) != getattr(preset, field.name)
    }
    if "steps_min" in differing and not isinstance(recipe.steps_min, PresetDefault):
        del differing["steps_min"]  # follows from epochs that were given
        differing["epochs"] = int(recipe.epochs)
    elif "epochs" in differing and isinstance(
        recipe.steps_min, PresetDefault
    ):  # a planned pair, which a file has to hold whole
        differing["steps_min"] = int(recipe.steps_min)
    return differing


def _record(trial: FrozenTrial) -> TrialRecord:
    about = trial.user_attrs
    finished = trial.state.name == "COMPLETE"
    return TrialRecord(
        number=trial.number,
        values={name: rounded(value) for name, value in trial.params.items()},
        state=STATES.get(trial.state.name, "unfinished"),
        accuracies=tuple(trial.intermediate_values[k] for k in sorted(trial.intermediate_values)),
        accuracy=Proportion(about["right"], about["n"]) if finished else None,
        log_loss=about.get("log_loss", math.inf),
        seconds=about.get("seconds", 0.0),
    )


def _right(trial: TrialRecord) -> int:
    assert trial.accuracy is not None
    return trial.accuracy.hits


def _measured(run: RunFolder, held_out: Digits, recipe: Recipe) -> Evaluation:
    """Evaluate a trial's model on the rows held out; copies of rows that it saw are left out."""
    classifier = Classifier.load(run.path, tiles=len(held_out))
    rows, measured_on = rows_to_measure(classifier.model, held_out)
    if not len(rows):
        raise DataError(
            f"{held_out.where()}: every row held out is a copy of a row of the search",
            hint="remove the copies, which tenfold check names",
        )
    probabilities = classifier.probabilities(held_out.images[rows])
    return evaluation_of(held_out, rows, probabilities, recipe.answered_accuracy, measured_on)


def _table(trials: Sequence[TrialRecord], space: Space) -> str:
    header = ["trial", "state", "epochs", "seconds", "accuracy", "n", "log_loss", *space]
    rows = [
        [
            trial.number,
            trial.state,
            len(trial.accuracies),
            trial.seconds,
            *(["", "", ""] if trial.accuracy is None else _figures(trial)),
            *(trial.values.get(name, "") for name in space),
        ]
        for trial in trials
    ]
    return csv_text(header, rows)


def _figures(trial: TrialRecord) -> list[Any]:
    assert trial.accuracy is not None
    return [trial.accuracy.value, trial.accuracy.n, round(trial.log_loss, 6)]
