"""k-fold cross-validation: every row is read once, by a model that was not trained on it."""

from __future__ import annotations

import numpy as np
from torch import nn

from tenfold.digits import Rows, stratified_folds
from tenfold.evaluation.evaluation import Evaluation, evaluation_of
from tenfold.evaluation.evaluation_files import read_evaluation
from tenfold.evaluation.measured_on import MeasuredOn
from tenfold.files import write_json
from tenfold.files.saved_files import damage_as_data_error
from tenfold.model_folder import open_model
from tenfold.recipes import Recipe
from tenfold.recipes.folds import Folds
from tenfold.training.elsewhere import Workers
from tenfold.training.facts import model_facts, rows_seen
from tenfold.training.fold import finished, train_fold
from tenfold.training.folds_at_once import train_at_once
from tenfold.training.job import TrainingJob
from tenfold.training.loop.checkpoint import load_state
from tenfold.training.loop.state import TrainingState
from tenfold.training.measured_model import Measurement, TrainedModel, write_measured_model
from tenfold.training.single_model import fit_or_resume


def train_folds(job: TrainingJob, folds: Folds, workers: Workers | None = None) -> TrainedModel:
    """Train a model for each fold, in run folders under folds/, and write the final model.

    One fold after another, or several at once by `workers`, and with them the final training. The
    evaluation is of all rows of these folds, each read by the model that did not see it. The final
    model takes its temperature and reject threshold from the folds. Resumes where an interrupted
    run stopped. Raises what `train` raises.
    """
    run, digits = job.folder, job.digits
    left = [fold for fold in folds.numbers if not finished(run.fold(fold))]
    if workers is not None:
        train_at_once(job, folds, left, workers)
    else:
        fold_of_row = stratified_folds(digits.labelled(), folds.count)
        for fold in left:
            number = folds.numbers.index(fold) + 1
            job.progress.say(f"fold {fold} ({number} of {len(folds.numbers)})")
            accuracy = train_fold(job.fold(fold), run, fold_of_row == fold)
            job.progress.say(f"validation accuracy: {accuracy}")
    evaluations, temperatures, thresholds = [], [], []
    for folder in map(run.fold, folds.numbers):
        evaluations.append(read_evaluation(folder.report))
        model = open_model(folder.model)
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
    recipe, networks = _final_networks(job, folds, elsewhere=workers is not None)
    # the geometric mean: a temperature divides logits, so its errors are factors
    temperature = float(np.exp(np.mean(np.log(temperatures))))
    facts = model_facts(recipe, job.seed, temperature, digits, all_rows)
    from_folds = recipe.pictures or job.calibrated_teacher is not None
    threshold = float(np.median(thresholds)) if from_folds else evaluation.reject_threshold
    measurement = Measurement(evaluation, threshold)
    seen = rows_seen(digits, all_rows, no_rows, job.teacher)
    return write_measured_model(run, networks, digits, no_rows, facts, seen, lambda _: measurement)


def _final_networks(
    job: TrainingJob, folds: Folds, *, elsewhere: bool
) -> tuple[Recipe, list[nn.Module]]:
    """The recipe and networks of the final model: one more training, which has ended `elsewhere`,
    or all folds' networks."""
    if folds.final == "refit":
        refit = job.refit()
        if elsewhere:
            return refit.recipe, [*_trained_networks(refit)]
        job.progress.say("refit on all rows")
        return refit.recipe, [*fit_or_resume(refit).networks]
    fold_jobs = [job.fold(fold) for fold in folds.numbers]
    return job.recipe, [network for fold in fold_jobs for network in _trained_networks(fold)]


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


def _trained_networks(finished_job: TrainingJob) -> list[nn.Sequential]:
    """The networks of a finished training, from its checkpoint."""
    state = TrainingState.initial(finished_job.recipe, finished_job.seed)
    checkpoint = finished_job.folder.checkpoint
    with damage_as_data_error(checkpoint):
        load_state(checkpoint, state.members)
    return state.networks
