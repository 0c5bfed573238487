"""k-fold cross-validation: every row is read once, by a model that was not trained on it."""

from __future__ import annotations

import contextlib
import dataclasses

import numpy as np
from torch import nn

from tenfold.digits import Rows, stratified_folds
from tenfold.evaluation.evaluation import Evaluation, evaluation_of
from tenfold.evaluation.evaluation_files import read_evaluation, write_evaluation
from tenfold.evaluation.measured_on import MeasuredOn
from tenfold.files import write_json
from tenfold.files.locks import locked
from tenfold.files.saved_files import damage_as_data_error
from tenfold.metrics import Bools
from tenfold.model_folder import open_model
from tenfold.recipes import Recipe
from tenfold.recipes.folds import Folds
from tenfold.run_folder import RunFolder
from tenfold.training.facts import model_facts, rows_seen
from tenfold.training.job import TrainingJob
from tenfold.training.loop.checkpoint import load_state
from tenfold.training.loop.state import TrainingState
from tenfold.training.measured_model import Measurement, TrainedModel, write_measured_model
from tenfold.training.single_model import fit_or_resume, train


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
        temperatures.append(float(model.facts.temperature))
        thresholds.append(model.reject_threshold)
    if not run.environment.exists():
        write_json(run.environment, run.fold(folds.numbers[0]).read_environment())
    evaluation = _out_of_fold(job, evaluations, folds)
    if folds.final == "none":
        return TrainedModel(None, evaluation)
    all_rows = np.arange(len(digits))
    no_rows = all_rows[:0]
    if not run.split.exists():
        run.write_split(all_rows, no_rows)
    recipe, networks = _final_networks(job, folds)
    # the geometric mean: a temperature divides logits, so its errors are factors
    temperature = float(np.exp(np.mean(np.log(temperatures))))
    facts = model_facts(recipe, job.seed, temperature, digits, all_rows)
    from_folds = recipe.pictures or job.calibrated_teacher is not None
    threshold = float(np.median(thresholds)) if from_folds else evaluation.reject_threshold
    measurement = Measurement(evaluation, threshold)
    seen = rows_seen(digits, all_rows, no_rows, job.teacher)
    return write_measured_model(run, networks, digits, no_rows, facts, seen, lambda _: measurement)


def _final_networks(job: TrainingJob, folds: Folds) -> tuple[Recipe, list[nn.Module]]:
    """The recipe and networks of the final model: one more training, or all folds' networks."""
    if folds.final == "refit":
        job.progress.say("refit on all rows")
        refit = job.refit()
        return refit.recipe, [*fit_or_resume(refit).networks]
    fold_jobs = [job.fold(fold) for fold in folds.numbers]
    return job.recipe, [network for fold in fold_jobs for network in _trained_networks(fold)]


def _finished(fold: RunFolder) -> bool:
    return fold.model.exists() and (fold.report / "val_probabilities.npz").exists()


def _train_fold(fold_job: TrainingJob, run: RunFolder, kept_out: Bools) -> None:
    """Train one fold in its run folder, and write its evaluation there."""
    fold = fold_job.folder
    with _opened(fold_job, run):
        if not fold.split.exists():
            fold.write_split(np.flatnonzero(~kept_out), np.flatnonzero(kept_out))
        result = train(fold_job)
        assert result.evaluation is not None
        write_evaluation(result.evaluation, fold.report)
    fold_job.progress.say(f"validation accuracy: {result.evaluation.accuracy}")


def _opened(fold_job: TrainingJob, run: RunFolder) -> contextlib.AbstractContextManager[None]:
    """Lock the fold's run folder, and make it if it is not there: it may be resumed by itself."""
    fold = fold_job.folder
    if fold.recipe.exists():
        return locked(fold.path)
    facts = dataclasses.replace(run.read_data(), folds=None, seed=fold_job.seed)
    return fold.created(fold_job.recipe.to_toml(), facts, force=fold.path.exists())


def _out_of_fold(job: TrainingJob, evaluations: list[Evaluation], folds: Folds) -> Evaluation:
    """The folds' evaluations as one, in the order of the rows.

    Rows that the teacher was trained on are left out, since none of the models can unlearn them.
    """
    teacher, digits = job.teacher, job.digits
    rows: Rows = np.concatenate([evaluation.rows for evaluation in evaluations])
    order = np.argsort(rows)
    if teacher is not None:
        known = teacher.trained_on(digits)
        order = order[~known[rows[order]]]
    left_out = len(rows) - len(order)
    rows = rows[order]
    probabilities = np.concatenate([evaluation.probabilities for evaluation in evaluations])[order]
    measured_on = MeasuredOn(
        "out_of_fold",
        len(rows),
        len(digits),
        folds=folds.count,
        models=len(folds.numbers),
        final=folds.final,
        start="" if teacher is None else teacher.name,
        trained_on=left_out,
        complete=teacher is None or teacher.seen.complete,
        steered=job.recipe.schedule == "plateau",
    )
    return evaluation_of(digits, rows, probabilities, job.recipe.answered_accuracy, measured_on)


def _trained_networks(fold_job: TrainingJob) -> list[nn.Sequential]:
    """The networks of a finished fold, from its checkpoint."""
    state = TrainingState.initial(fold_job.recipe, fold_job.seed)
    checkpoint = fold_job.folder.checkpoint
    with damage_as_data_error(checkpoint):
        load_state(checkpoint, state.members)
    return state.networks
