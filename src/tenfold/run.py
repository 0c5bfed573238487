"""The main job: check -> train -> evaluate -> report -> submission."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from tenfold.check import inspect
from tenfold.classifier import Classifier
from tenfold.digits import CLASSES, Digits
from tenfold.errors import DataError, Fault, Interrupted, MissingExtraError, UsageError
from tenfold.evaluation.evaluate import Evaluation, evaluation_of
from tenfold.evaluation.report import Report
from tenfold.files import refuse_existing, write_json, write_whole
from tenfold.progress import SILENT, Progress
from tenfold.recipes import Recipe, find_recipe
from tenfold.run_folder import RunFolder, existing_run, next_free
from tenfold.signals import stop_signals
from tenfold.sources import Source, open_digits
from tenfold.sources.opening import join_training
from tenfold.submission import write_submission


@dataclass(frozen=True, eq=False)
class Result:
    """What a run has brought. `test` is the evaluation of a test set that had labels."""

    folder: Path
    evaluation: Evaluation | None
    test: Evaluation | None
    submission: Path | None
    seconds: float

    def to_json(self) -> dict[str, Any]:
        return {
            "run": str(self.folder),
            "model": str(RunFolder(self.folder).model),
            "validation": self.evaluation.numbers() if self.evaluation else None,
            "test": self.test.numbers() if self.test else None,
            "submission": str(self.submission) if self.submission else None,
            "seconds": round(self.seconds, 3),
        }


def run(
    paths: Sequence[str],
    recipe: Recipe,
    *,
    seed: int = 0,
    out: str | None = None,
    force: bool = False,
    submit: bool = True,
    progress: Progress = SILENT,
) -> Result:
    """Do the main job on the joined rows of `paths` (none: Kaggle's folder or the sample).

    Nothing is created before the data has been accepted. Raises DataError, OutputError,
    DivergedError, and Interrupted once there is something to resume.
    """
    began, progress = time.monotonic(), Progress(quiet=progress.quiet)  # its own log
    _need_training()
    folder = RunFolder(Path(out) if out else next_free(recipe.name))
    refuse_existing(folder.path, force=force)
    with stop_signals() as stop:
        sources = _open(paths, submit, progress)
        digits = join_training(sources)
        warnings = _doctor(digits, _test_rows(sources), recipe, progress)
        recipe = recipe.lengthened(round(len(digits) * (1 - recipe.validation)))
        facts = {
            "paths": [_lasting(source.path) for source in sources],
            "seed": seed,
            "files": [file.to_json() for file in digits.files],
            "rows": len(digits),
            "class_counts": np.bincount(digits.labelled(), minlength=CLASSES).tolist(),
            "warnings": warnings,
        }
        folder.begin(recipe.to_toml(), facts, force=force)
        return _carry_out(folder, sources, digits, recipe, seed, submit, stop, progress, began)


def resume(
    out: str,
    *,
    paths: Sequence[str] = (),
    submit: bool = True,
    progress: Progress = SILENT,
) -> Result:
    """Go on with an interrupted run, bit for bit. `paths` only if the files have moved.

    Raises DataError if the rows are not those that the run began with.
    """
    began, progress = time.monotonic(), Progress(quiet=progress.quiet)
    _need_training()
    folder = existing_run(out)
    recipe, facts = find_recipe(str(folder.recipe)), folder.read_data()
    if folder.log.exists():
        progress.said += folder.log.read_text(encoding="utf-8").splitlines()
    with stop_signals() as stop:
        sources = _open(paths or facts["paths"], submit, progress)
        digits = join_training(sources)
        if [file.sha256 for file in digits.files] != [file["sha256"] for file in facts["files"]]:
            raise DataError(
                f"{digits.where()}: not the rows that {out} was begun with",
                hint="give the same files, or start another run",
            )
        return _carry_out(
            folder, sources, digits, recipe, facts["seed"], submit, stop, progress, began
        )


def _need_training() -> None:
    if find_spec("torch") is None or find_spec("onnx") is None:
        raise MissingExtraError("training", "train")


def _open(paths: Sequence[str], submit: bool, progress: Progress) -> list[Source]:
    parts = ("train", "test") if submit else ("train",)
    sources = [open_digits(path, parts) for path in paths] or [open_digits(None, parts)]
    for source in sources:
        for note in source.notes:
            progress.say(f"note: {note}")
    return sources


def _test_rows(sources: Sequence[Source]) -> Digits | None:
    """The rows to predict. Raises UsageError if there are several sets of them."""
    tests = [source for source in sources if source.test is not None]
    if len(tests) > 1:
        raise UsageError(
            "more than one test set: " + ", ".join(source.path for source in tests),
            hint="use tenfold train, then tenfold predict for each",
        )
    return tests[0].test if tests else None


def _doctor(digits: Digits, test: Digits | None, recipe: Recipe, progress: Progress) -> list[str]:
    """What `tenfold check` finds: warnings are said and returned, errors raised."""
    from tenfold.training.train import refuse_unfit

    counts = np.bincount(digits.labelled(), minlength=CLASSES)
    progress.say(
        f"data: {len(digits):,} labelled rows ({counts.min():,} to {counts.max():,} a class)"
        + (f", {len(test):,} to predict" if test is not None else "")
    )
    refuse_unfit(digits, recipe)
    findings = inspect(digits, test)
    errors = [finding for finding in findings if finding.severity == "error"]
    if errors:
        raise DataError(
            [
                Fault(finding.places[0] if finding.places else digits.where(), finding.message)
                for finding in errors
            ],
            hint=errors[0].remedy,
        )
    warnings = [finding.message for finding in findings if finding.severity == "warning"]
    for warning in warnings:
        progress.say(f"warning: {warning}")
    return warnings


def _lasting(path: str) -> str:
    """A path that still leads there from another working folder."""
    return os.path.abspath(path) if os.path.exists(path) else path


def _carry_out(
    folder: RunFolder,
    sources: Sequence[Source],
    digits: Digits,
    recipe: Recipe,
    seed: int,
    submit: bool,
    stop: Callable[[], bool],
    progress: Progress,
    began: float,
) -> Result:
    from tenfold.training import train

    try:
        trained = train(folder, digits, recipe, seed, stop=stop, progress=progress)
    except Interrupted as interrupted:
        verb = "run" if submit else "train"
        raise Interrupted(
            interrupted.message, hint=f"go on with: tenfold {verb} --resume {folder.path}"
        ) from None
    finally:
        write_whole(folder.log, "\n".join(progress.said) + "\n")
    train_rows, val_rows = folder.read_split()
    folder.write_data(
        folder.read_data() | {"train_rows": len(train_rows), "validation_rows": len(val_rows)}
    )
    if trained.evaluation is not None:
        _report(folder, trained.evaluation, recipe, progress)
    test = _test_rows(sources) if submit else None
    test_evaluation = submission = None
    if test is not None:
        test_evaluation, submission = _predict_test(folder, test, recipe, progress)
    seconds = time.monotonic() - began
    progress.say(f"done in {seconds:.1f} s: {folder.path}")
    write_whole(folder.log, "\n".join(progress.said) + "\n")
    return Result(folder.path, trained.evaluation, test_evaluation, submission, seconds)


def _report(folder: RunFolder, evaluation: Evaluation, recipe: Recipe, progress: Progress) -> None:
    evaluation.write(folder.report)
    Report(
        evaluation,
        title=str(folder.path),
        recipe=recipe,
        epochs=folder.read_epochs(),
        data=folder.read_data(),
        environment=folder.read_environment(),
    ).write(folder.report)
    progress.say(f"validation accuracy: {evaluation.accuracy}")
    progress.say(f"report: {folder.report / 'report.html'}")


def _predict_test(
    folder: RunFolder, test: Digits, recipe: Recipe, progress: Progress
) -> tuple[Evaluation | None, Path]:
    """Write the submission with the model that was written, and judge it where labels exist."""
    probabilities = Classifier.load(folder.path).probabilities(test.images)
    write_submission(folder.submission, probabilities.argmax(axis=1), force=True)
    progress.say(f"submission: {folder.submission} ({len(test):,} rows, read back and checked)")
    if test.labels is None:
        return None, folder.submission
    rows = np.arange(len(test))
    evaluation = evaluation_of(test, rows, probabilities, recipe.answered_accuracy)
    write_json(folder.report / "test_metrics.json", evaluation.numbers())
    progress.say(f"test accuracy: {evaluation.accuracy}")
    return evaluation, folder.submission
