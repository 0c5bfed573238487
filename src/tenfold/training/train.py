"""From digits to a measured model folder, inside a run folder that can be resumed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import nn

from tenfold import environment, metrics
from tenfold.classifier import Classifier
from tenfold.digits import Digits, Labels, Rows, stratified_split
from tenfold.evaluation.evaluate import Evaluation, evaluation_of
from tenfold.files import staged_folder, write_json
from tenfold.locks import watched
from tenfold.model_folder import ModelFolder, write_model
from tenfold.progress import SILENT, Progress
from tenfold.recipes import Recipe
from tenfold.rows_seen import RowsSeen
from tenfold.run_folder import RunFolder
from tenfold.training.checkpoint import load_state, save_state
from tenfold.training.export import Deployed, check_parity, onnx_graph
from tenfold.training.facts import kept_out, measured_facts, model_facts, rows_seen
from tenfold.training.fit import fit, never
from tenfold.training.judge import judge, to_inputs
from tenfold.training.memory import memory_kept
from tenfold.training.picture_like import picture_like
from tenfold.training.precision import denormals_flushed
from tenfold.training.start import Start
from tenfold.training.state import Training


@dataclass(frozen=True, eq=False)
class Trained:
    """The model that was written, and how it was measured; None for what there was not."""

    model: ModelFolder | None
    evaluation: Evaluation | None


@dataclass(frozen=True, eq=False)
class Measured:
    """What a staged model is worth, and below which probability its answers are unsure."""

    evaluation: Evaluation | None
    reject_threshold: float


def train(
    run: RunFolder,
    digits: Digits,
    recipe: Recipe,
    seed: int,
    *,
    start: Start | None = None,
    stop: Callable[[], bool] = never,
    progress: Progress = SILENT,
) -> Trained:
    """Fit, export, measure, and rename the model folder into place.

    Begins with the weights of `start`, if there is one, and keeps its temperature and threshold
    where there are too few rows to set others. Goes on from `run`'s checkpoint and split where it
    has them. Raises DataError, DivergedError, Interrupted, OutputError.
    """
    if not run.split.exists():
        run.write_split(*stratified_split(digits.labelled(), recipe.validation, seed))
    training = trained(run, digits, recipe, seed, start=start, stop=stop, progress=progress)
    train_rows, val_rows = run.read_split(len(digits))
    kept = start if start is not None and start.keeps_calibration(digits) else None
    temperature = kept.temperature if kept else _temperature(training, digits, val_rows)
    facts = model_facts(recipe, seed, temperature, digits, train_rows)

    def measured(classifier: Classifier) -> Measured:
        if not len(val_rows):
            return Measured(None, 0.0)
        probabilities = classifier.probabilities(digits.images[val_rows])
        rows = kept_out(digits, val_rows, recipe, start)
        evaluation = evaluation_of(digits, val_rows, probabilities, recipe.answered_accuracy, rows)
        if kept:
            return Measured(evaluation, kept.model.reject_threshold)
        if recipe.pictures:
            return Measured(evaluation, picture_threshold(classifier, digits, val_rows, recipe))
        return Measured(evaluation, evaluation.reject_threshold)

    seen = rows_seen(digits, train_rows, val_rows, start)
    return export(run, training.networks, digits, val_rows, facts, seen, measured)


@denormals_flushed()
@memory_kept()
def trained(
    run: RunFolder,
    digits: Digits,
    recipe: Recipe,
    seed: int,
    *,
    start: Start | None = None,
    stop: Callable[[], bool],
    progress: Progress,
) -> Training:
    """Fit on `run`'s split to the last epoch, from its checkpoint if it has one."""
    training = Training.begin(recipe, seed, start)
    if run.checkpoint.exists():
        training.position = load_state(run.checkpoint, training.members)
        run.write_epochs(training.position.epochs)  # a kill may have come between the two files
    train_rows, val_rows = run.read_split(len(digits))
    run.write_data(
        run.read_data() | {"train_rows": len(train_rows), "validation_rows": len(val_rows)}
    )
    _note_environment(run, training, progress)
    progress.say(_opening_words(training, len(train_rows), len(val_rows)))

    with watched(run.path) as refuse_removed:

        def save(training: Training) -> None:
            refuse_removed()
            save_state(run.checkpoint, training.members, training.position)
            run.write_epochs(training.position.epochs)

        fit(training, digits, train_rows, val_rows, save=save, stop=stop, progress=progress)
    return training


def _note_environment(run: RunFolder, training: Training, progress: Progress) -> None:
    """Keep what the run began on; warn if it goes on elsewhere."""
    now = environment.describe() | training.hardware.describe()
    if not run.environment.exists():
        write_json(run.environment, now)
        return
    before = run.read_environment()
    if changed := [key for key in now if now[key] != before.get(key)]:
        progress.say(
            f"warning: begun with other {', '.join(changed)}: going on, but not bit for bit as it "
            "would have there"
        )


def _opening_words(training: Training, train_rows: int, val_rows: int) -> str:
    recipe, hardware = training.recipe, training.hardware.describe()
    parameters = sum(p.numel() for network in training.networks for p in network.parameters())
    of_members = f" in {recipe.members} members" if recipe.members > 1 else ""
    at = f", from epoch {training.position.epoch + 1}" if training.position.epoch else ""
    return (
        f"training '{recipe.name}' on {train_rows:,} rows, {val_rows:,} kept out: "
        f"{parameters:,} parameters{of_members}, {recipe.epochs} epochs{at}, seed {training.seed}, "
        f"{hardware['precision']} on {hardware['device']}, {torch.get_num_threads()} threads"
    )


def export(
    run: RunFolder,
    networks: Sequence[nn.Module],
    digits: Digits,
    val_rows: Rows,
    facts: dict[str, Any],
    seen: RowsSeen,
    measure: Callable[[Classifier], Measured],
) -> Trained:
    """Stage the folder, `measure` the staged model, write the figures into it, rename it."""
    deployed = Deployed(networks, facts["temperature"])
    graph = onnx_graph(deployed)
    with staged_folder(run.model, force=True) as staged:
        model = write_model(staged, graph, facts, seen)
        check_parity(deployed, model, digits.images[val_rows] if len(val_rows) else digits.images)
        measured = measure(Classifier(model))
        evaluation = measured.evaluation
        if evaluation is not None:
            facts["reject_threshold"] = measured.reject_threshold
            facts["measured"] = measured_facts(evaluation)
            model = write_model(staged, graph, facts, seen)
    return Trained(replace(model, path=str(run.model)), evaluation)


def picture_threshold(
    classifier: Classifier, digits: Digits, val_rows: Rows, recipe: Recipe
) -> float:
    """Set on the rows kept out as pictures would show them, since a threshold that suits clean
    rows is too low for pictures."""
    generator = torch.Generator().manual_seed(0)
    clean = to_inputs(torch.from_numpy(digits.images[val_rows]))
    shown = [picture_like(part, generator) for part in torch.split(clean, recipe.batch_size)]
    tiles = (torch.cat(shown)[:, 0] * 255).round().byte().numpy()
    outputs = classifier.outputs(tiles)
    correct = outputs.probabilities.argmax(axis=1) == digits.labelled()[val_rows]
    sure = outputs.probabilities.max(axis=1) * outputs.is_digit  # as `reading` judges
    return metrics.reject_threshold(sure, correct, recipe.answered_accuracy)


def _temperature(training: Training, digits: Digits, val_rows: Rows) -> float:
    """Fitted on the rows kept out; 1 if there are none. What it is worth on rows that did not
    choose it is the evaluation's cross-fitted figure."""
    if not len(val_rows):
        return 1.0
    images = torch.from_numpy(digits.images[val_rows]).to(training.hardware.device)
    probabilities = torch.softmax(judge(training, images).double(), dim=1).cpu().numpy()
    labels: Labels = digits.labelled()[val_rows]
    return metrics.fit_temperature(labels, probabilities)
