"""Train one model: split the rows, fit, calibrate, export, measure. Resumable at every epoch."""

from __future__ import annotations

import dataclasses
from typing import Any

import torch

from tenfold import environment, metrics
from tenfold.callbacks import call
from tenfold.classifier import Classifier
from tenfold.digits import Digits, Labels, Rows, stratified_split
from tenfold.evaluation.evaluation import evaluation_of
from tenfold.files import write_json
from tenfold.files.locks import watched
from tenfold.kept_memory import memory_kept
from tenfold.progress import Progress
from tenfold.recipes import Recipe
from tenfold.run_folder import RunFolder
from tenfold.training.facts import model_facts, rows_seen, validation_rows
from tenfold.training.job import TrainingJob
from tenfold.training.loop.checkpoint import load_state, save_state
from tenfold.training.loop.fit import fit
from tenfold.training.loop.parallel import Parallelism
from tenfold.training.loop.precision import FastSettings, denormals_flushed
from tenfold.training.loop.predict import predict_logits
from tenfold.training.loop.speed_trial import find_fast_settings
from tenfold.training.loop.state import TrainingState
from tenfold.training.measured_model import Measurement, TrainedModel, write_measured_model
from tenfold.training.networks.architectures import to_inputs
from tenfold.training.tiles.picture_like import picture_like


def train(job: TrainingJob) -> TrainedModel:
    """Fit on part of the rows, measure on the rest, and write the model folder.

    Resumes from the run folder's checkpoint and split where it has them. With a teacher and few
    rows, temperature and reject threshold stay the teacher's. Raises DataError, DivergedError,
    Interrupted, OutputError.
    """
    run, digits, recipe = job.folder, job.digits, job.recipe
    if not run.split.exists():
        run.write_split(*stratified_split(digits.labelled(), recipe.validation, job.seed))
    state = fit_or_resume(job)
    train_rows, val_rows = run.read_split(len(digits))
    teacher = job.calibrated_teacher
    temperature = teacher.temperature if teacher else fit_temperature(state, digits, val_rows)
    facts = model_facts(recipe, job.seed, temperature, digits, train_rows)

    def measure(classifier: Classifier) -> Measurement:
        if not len(val_rows):
            return Measurement(None, 0.0)
        probabilities = classifier.probabilities(digits.images[val_rows])
        measured_on = validation_rows(digits, val_rows, recipe, job.teacher)
        evaluation = evaluation_of(
            digits, val_rows, probabilities, recipe.answered_accuracy, measured_on
        )
        if teacher:
            return Measurement(evaluation, teacher.model.reject_threshold)
        if recipe.pictures:
            return Measurement(evaluation, picture_threshold(classifier, digits, val_rows, recipe))
        return Measurement(evaluation, evaluation.reject_threshold)

    seen = rows_seen(digits, train_rows, val_rows, job.teacher)
    return write_measured_model(run, state.networks, digits, val_rows, facts, seen, measure)


@denormals_flushed()
@memory_kept()
def fit_or_resume(job: TrainingJob) -> TrainingState:
    """Fit on the run's split to the last epoch, from its checkpoint if it has one."""
    run, progress = job.folder, job.progress
    faster = _faster(job)
    state = TrainingState.initial(job.recipe, job.seed, job.teacher, faster=faster)
    if run.checkpoint.exists():
        state.position = load_state(run.checkpoint, state.members)
        run.write_epochs(state.position.epochs)  # a kill may have come between the two files
    train_rows, val_rows = run.read_split(len(job.digits))
    facts = run.read_data()
    counted = dataclasses.replace(facts, train_rows=len(train_rows), validation_rows=len(val_rows))
    run.write_data(counted)
    _record_environment(run, state, progress)
    progress.say(_opening_line(state, len(train_rows), len(val_rows)))

    with watched(run.path) as refuse_removed:

        def save(state: TrainingState) -> None:
            refuse_removed()
            save_state(run.checkpoint, state.members, state.position)
            run.write_epochs(state.position.epochs)

        call(job.callbacks, "set_params", training_params(job.recipe, run))
        fit(
            state,
            job.digits,
            train_rows,
            val_rows,
            save=save,
            stop=job.stop,
            callbacks=job.callbacks,
            progress=progress,
        )
    return state


def training_params(recipe: Recipe, run: RunFolder) -> dict[str, Any]:
    """Return what callbacks get before a training begins."""
    return {"epochs": recipe.epochs, "run": str(run.path), "recipe": dataclasses.asdict(recipe)}


def _faster(job: TrainingJob) -> FastSettings:
    """Return the settings that the run began with, where this is the same processor; else the
    job's, or the fastest ones."""
    if job.folder.environment.exists():
        before, now = job.folder.read_environment(), environment.describe()
        if all(before.get(key) == now[key] for key in ("cpu", "cpu_flags")):
            parallelism = before.get("lanes")
            precision = "bf16" if before.get("precision") == "bf16" else "fp32"
            return FastSettings(precision, Parallelism(*parallelism) if parallelism else None)
    return job.faster or find_fast_settings(job.recipe, len(job.digits), job.progress.say)


def _record_environment(run: RunFolder, state: TrainingState, progress: Progress) -> None:
    """Write the environment that a new run begins in; warn if a resumed one differs."""
    now = environment.describe() | state.hardware.describe()
    if not run.environment.exists():
        write_json(run.environment, now)
        return
    before = run.read_environment()
    if changed := [key for key in now if now[key] != before.get(key)]:
        progress.say(
            f"warning: this run began with another {', '.join(changed)}: it goes on, but not bit "
            "for bit as it would have there"
        )


def _opening_line(state: TrainingState, train_rows: int, val_rows: int) -> str:
    recipe, hardware = state.recipe, state.hardware.describe()
    parameters = sum(p.numel() for network in state.networks for p in network.parameters())
    epochs = "1 epoch" if recipe.epochs == 1 else f"{recipe.epochs} epochs"
    in_members = f" in {recipe.members} members" if recipe.members > 1 else ""
    from_epoch = f", from epoch {state.position.epoch + 1}" if state.position.epoch else ""
    return (
        f"training '{recipe.name}' on {train_rows:,} rows, {val_rows:,} kept out: "
        f"{parameters:,} parameters{in_members}, {epochs}{from_epoch}, "
        f"seed {state.seed}, {hardware['precision']} on {hardware['device']}, "
        f"{(threads := torch.get_num_threads())} thread{'' if threads == 1 else 's'}"
    )


def picture_threshold(
    classifier: Classifier, digits: Digits, val_rows: Rows, recipe: Recipe
) -> float:
    """Reject threshold, set on the validation rows distorted as pictures distort digits.

    A threshold that suits clean rows is too low for pictures.
    """
    generator = torch.Generator().manual_seed(0)
    clean = to_inputs(torch.from_numpy(digits.images[val_rows]))
    batches = torch.split(clean, recipe.batch_size)
    distorted = torch.cat([picture_like(batch, generator) for batch in batches])
    tiles = (distorted[:, 0] * 255).round().byte().numpy()
    outputs = classifier.outputs(tiles)
    correct = outputs.probabilities.argmax(axis=1) == digits.labelled()[val_rows]
    confidence = outputs.probabilities.max(axis=1) * outputs.is_digit  # as `reading` has it
    return metrics.reject_threshold(confidence, correct, recipe.answered_accuracy)


def fit_temperature(state: TrainingState, digits: Digits, val_rows: Rows) -> float:
    """Temperature fitted on the validation rows; 1 if there are none.

    The cross-fitted figures of the evaluation say how well such a temperature does on other rows.
    """
    if not len(val_rows):
        return 1.0
    images = torch.from_numpy(digits.images[val_rows]).to(state.hardware.device)
    probabilities = torch.softmax(predict_logits(state, images).double(), dim=1).cpu().numpy()
    labels: Labels = digits.labelled()[val_rows]
    return metrics.fit_temperature(labels, probabilities)
