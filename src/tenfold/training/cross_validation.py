"""k-fold cross-validation: every row is read once, by a model that was not trained on it."""

from __future__ import annotations

from typing import Any

import numpy as np
from torch import nn

from tenfold.digits import Digits, Rows, stratified_folds
from tenfold.evaluation.evaluate import Evaluation, evaluation_of, read_evaluation
from tenfold.files import write_json
from tenfold.folds import Folds
from tenfold.model_folder import open_model
from tenfold.recipes import Recipe
from tenfold.run_folder import RunFolder, damage_as_data_error
from tenfold.training.job import TrainingJob
from tenfold.training.loop.checkpoint import load_state
from tenfold.training.loop.state import TrainingState
from tenfold.training.measured_model import (
    Measurement,
    TrainedModel,
    model_facts,
    write_measured_model,
)
from tenfold.training.single_model import fit_or_resume, train

Bools = np.ndarray[Any, np.dtype[np.bool_]]


def train_folds(job: TrainingJob, folds: Folds) -> TrainedModel:
    """Train a model for each fold, in run folders under folds/, and write the final model.

    The evaluation is of all rows of these folds, each read by the model that did not see it. The
    final model takes its temperature and reject threshold from the folds. Resumes where an
    interrupted run stopped. Raises what `train` raises.
    """
    run, digits = job.folder, job.digits
    fold_of_row = stratified_folds(digits.labelled(), folds.count)
    evaluations, temperatures, thresholds = [], [], []
    for fold in folds.numbers:
        fold_job = job.fold(fold)
        if not _finished(fold_job.folder):
            number = folds.numbers.index(fold) + 1
            job.progress.say(f"fold {fold} ({number} of {len(folds.numbers)})")
            _train_fold(fold_job, run, fold_of_row == fold)
        evaluations.append(read_evaluation(fold_job.folder.report))
        model = open_model(fold_job.folder.model)
        temperatures.append(float(model.facts["temperature"]))
        thresholds.append(model.reject_threshold)
    if not run.environment.exists():
        write_json(run.environment, run.fold(folds.numbers[0]).read_environment())
    evaluation = _out_of_fold(digits, evaluations, folds, job.recipe)
    if folds.final == "none":
        return TrainedModel(None, evaluation)
    all_rows = np.arange(len(digits))
    no_rows = all_rows[:0]
    if not run.split.exists():
        run.write_split(all_rows, no_rows)
    recipe, networks, note = _final_networks(job, folds)
    # the geometric mean: a temperature divides logits, so its errors are factors
    temperature = float(np.exp(np.mean(np.log(temperatures))))
    facts = model_facts(recipe, job.seed, temperature, digits, all_rows)
    from_folds = recipe.pictures or job.calibrated_teacher is not None
    threshold = float(np.median(thresholds)) if from_folds else evaluation.reject_threshold
    measurement = Measurement(evaluation, threshold)
    return write_measured_model(run, networks, digits, no_rows, facts, lambda _: measurement, note)


def _final_networks(job: TrainingJob, folds: Folds) -> tuple[Recipe, list[nn.Module], str]:
    """The recipe and networks of the final model, and a note on what was measured in its place."""
    if folds.final == "refit":
        job.progress.say("refit on all rows")
        refit = job.refit()
        networks: list[nn.Module] = [*fit_or_resume(refit).networks]
        return refit.recipe, networks, "The weights here are from one more training, on all rows."
    networks = [
        network for fold in folds.numbers for network in _fold_networks(job.folder.fold(fold), job)
    ]
    note = f"The model here averages the {folds.count} models, which reads better than one of them."
    return job.recipe, networks, note


def _finished(fold: RunFolder) -> bool:
    return fold.model.exists() and (fold.report / "val_probabilities.npz").exists()


def _train_fold(fold_job: TrainingJob, run: RunFolder, kept_out: Bools) -> None:
    """Train one fold in its run folder, and write its evaluation there."""
    fold = fold_job.folder
    if not fold.recipe.exists():
        facts = {key: value for key, value in run.read_data().items() if key != "folds"}
        fold.begin(fold_job.recipe.to_toml(), facts | {"seed": fold_job.seed}, force=False)
    if not fold.split.exists():
        fold.write_split(np.flatnonzero(~kept_out), np.flatnonzero(kept_out))
    result = train(fold_job)
    assert result.evaluation is not None
    result.evaluation.write(fold.report)
    fold_job.progress.say(f"validation accuracy: {result.evaluation.accuracy}")


def _out_of_fold(
    digits: Digits, evaluations: list[Evaluation], folds: Folds, recipe: Recipe
) -> Evaluation:
    """The folds' evaluations as one, in the order of the rows."""
    rows: Rows = np.concatenate([evaluation.rows for evaluation in evaluations])
    order = np.argsort(rows)
    probabilities = np.concatenate([evaluation.probabilities for evaluation in evaluations])
    models = len(folds.numbers)
    measured_on = (
        f"{len(rows):,} of {len(digits):,} rows, each read by the one of {models} models that was "
        f"not trained on it ({folds.count} folds)"
    )
    return evaluation_of(
        digits, rows[order], probabilities[order], recipe.answered_accuracy, measured_on
    )


def _fold_networks(fold: RunFolder, job: TrainingJob) -> list[nn.Sequential]:
    """The trained networks of a finished fold."""
    state = TrainingState.initial(job.recipe, job.seed)
    with damage_as_data_error(fold.checkpoint):
        load_state(fold.checkpoint, state.members)
    return state.networks
