"""k-fold cross-validation: every row is judged once, by a model that was not trained on it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

import numpy as np
from torch import nn

from tenfold.digits import Digits, Rows, stratified_folds
from tenfold.evaluation.evaluate import Evaluation, evaluation_of, read_evaluation
from tenfold.evaluation.measured_on import MeasuredOn
from tenfold.files import write_json
from tenfold.locks import locked
from tenfold.model_folder import open_model
from tenfold.progress import SILENT, Progress
from tenfold.recipes import Folds, Recipe
from tenfold.run_folder import RunFolder, sound
from tenfold.training.checkpoint import load_state
from tenfold.training.facts import model_facts, rows_seen
from tenfold.training.fit import never
from tenfold.training.start import Start
from tenfold.training.state import Training
from tenfold.training.train import Measured, Trained, export, train, trained


def train_folds(
    run: RunFolder,
    digits: Digits,
    recipe: Recipe,
    seed: int,
    folds: Folds,
    *,
    start: Start | None = None,
    stop: Callable[[], bool] = never,
    progress: Progress = SILENT,
) -> Trained:
    """Train a model a fold, each in a run folder of its own under folds/, judge them all on the
    rows that they did not see, and write the final model with what was learnt of it.

    Goes on where an interrupted run stopped. Raises what `train` raises.
    """
    fold_of = stratified_folds(digits.labelled(), folds.count)
    evaluations, temperatures, thresholds = [], [], []
    for fold in folds.numbers:
        part = run.fold(fold)
        if not _finished(part):
            progress.say(f"fold {fold} ({folds.numbers.index(fold) + 1} of {len(folds.numbers)})")
            kept_out = fold_of == fold
            _train_fold(part, run, digits, recipe, seed + fold, kept_out, start, stop, progress)
        evaluation = read_evaluation(part.report)
        evaluations.append(evaluation)
        model = open_model(part.model)
        temperatures.append(float(model.facts["temperature"]))
        thresholds.append(model.reject_threshold)
    if not run.environment.exists():
        write_json(run.environment, run.fold(folds.numbers[0]).read_environment())
    judged = _out_of_fold(digits, evaluations, folds, recipe, start)
    if folds.final == "none":
        return Trained(None, judged)
    everything = np.arange(len(digits))
    if not run.split.exists():
        run.write_split(everything, everything[:0])
    if folds.final == "refit":
        progress.say("refit on all rows")
        recipe = recipe.replace({"validation": 0.0, "epochs": recipe.epochs})
        refit = trained(run, digits, recipe, seed, start=start, stop=stop, progress=progress)
        networks: list[nn.Module] = [*refit.networks]
    else:
        networks = [
            network for fold in folds.numbers for network in _networks(run.fold(fold), recipe, seed)
        ]
    # the folds' own temperatures, averaged as factors
    temperature = float(np.exp(np.mean(np.log(temperatures))))
    facts = model_facts(recipe, seed, temperature, digits, everything)
    of_folds = recipe.pictures or (start is not None and start.keeps_calibration(digits))
    threshold = float(np.median(thresholds)) if of_folds else judged.reject_threshold
    measured = Measured(judged, threshold)
    seen = rows_seen(digits, everything, everything[:0], start)
    return export(run, networks, digits, everything[:0], facts, seen, lambda _: measured)


def _finished(part: RunFolder) -> bool:
    return part.model.exists() and (part.report / "val_probabilities.npz").exists()


def _train_fold(
    part: RunFolder,
    run: RunFolder,
    digits: Digits,
    recipe: Recipe,
    seed: int,
    kept_out: np.ndarray[Any, np.dtype[np.bool_]],
    start: Start | None,
    stop: Callable[[], bool],
    progress: Progress,
) -> None:
    with _begun(part, run, recipe, seed):
        if not part.split.exists():
            part.write_split(np.flatnonzero(~kept_out), np.flatnonzero(kept_out))
        result = train(part, digits, recipe, seed, start=start, stop=stop, progress=progress)
        assert result.evaluation is not None
        result.evaluation.write(part.report)
    progress.say(f"validation accuracy: {result.evaluation.accuracy}")


def _begun(
    part: RunFolder, run: RunFolder, recipe: Recipe, seed: int
) -> contextlib.AbstractContextManager[None]:
    """Hold the fold's folder, made if it is not there: somebody may resume it by itself."""
    if part.recipe.exists():
        return locked(part.path)
    facts = {key: value for key, value in run.read_data().items() if key != "folds"}
    return part.begun(recipe.to_toml(), facts | {"seed": seed}, force=part.path.exists())


def _out_of_fold(
    digits: Digits,
    evaluations: list[Evaluation],
    folds: Folds,
    recipe: Recipe,
    start: Start | None,
) -> Evaluation:
    """What the folds' models say of the rows that each did not see; rows that the starting model
    was trained on, which none of them can unlearn, are left out."""
    rows: Rows = np.concatenate([evaluation.rows for evaluation in evaluations])
    order = np.argsort(rows)
    if start is not None:
        known = start.trained_on(digits)
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
        start="" if start is None else start.name,
        trained_on=left_out,
        complete=start is None or start.seen.complete,
        steered=recipe.schedule == "plateau",
    )
    return evaluation_of(digits, rows, probabilities, recipe.answered_accuracy, measured_on)


def _networks(part: RunFolder, recipe: Recipe, seed: int) -> list[nn.Sequential]:
    """The trained networks of a finished fold."""
    training = Training.begin(recipe, seed)
    with sound(part.checkpoint):
        load_state(part.checkpoint, training.members)
    return training.networks
