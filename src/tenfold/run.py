"""The main job: check -> train -> evaluate -> report -> submission."""

from __future__ import annotations

import contextlib
import importlib
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tenfold.check import inspect
from tenfold.check.fitness import refuse_known, refuse_too_few, refuse_unfit
from tenfold.classifier import Classifier, Engine, find_model
from tenfold.classifier.engines import choose
from tenfold.digits import CLASSES, DataFile, Digits
from tenfold.errors import (
    DataError,
    Fault,
    Interrupted,
    MissingExtraError,
    ModelError,
    OutputError,
    UsageError,
)
from tenfold.evaluation.evaluate import Evaluation, evaluation_of
from tenfold.evaluation.report import Report
from tenfold.evaluation.unseen import rows_to_measure
from tenfold.files import refuse_existing, write_json, write_whole
from tenfold.folds import Final, Folds
from tenfold.locks import locked, watched
from tenfold.model_folder import ModelFolder
from tenfold.predict import find_seen, remarks_on_seen
from tenfold.progress import SILENT, Progress
from tenfold.recipes import Recipe, find_recipe, refuse_other_network
from tenfold.run_folder import ENTRIES, RunFolder, claim_next, damage_as_data_error, existing_run
from tenfold.signals import stop_signals
from tenfold.sources import Source, open_digits
from tenfold.sources.opening import join_training
from tenfold.submission import write_submission

if TYPE_CHECKING:
    from tenfold.training.measured_model import TrainedModel


@dataclass(frozen=True, eq=False)
class Result:
    """What a run has brought. `test` is the evaluation of a test set that had labels; `adapted`
    what model.json says of adapting, where a trained model was."""

    folder: Path
    model: Path | None
    evaluation: Evaluation | None
    test: Evaluation | None
    submission: Path | None
    seconds: float
    adapted: Mapping[str, Any] | None = None

    def to_json(self) -> dict[str, Any]:
        return {
            "run": str(self.folder),
            "model": str(self.model) if self.model else None,
            "validation": self.evaluation.numbers() if self.evaluation else None,
            "test": self.test.numbers() if self.test else None,
            "submission": str(self.submission) if self.submission else None,
            "adapted": self.adapted,
            "seconds": round(self.seconds, 3),
        }


@dataclass(frozen=True, eq=False)
class _Begun:
    """A trained model to go on with, and further rows to rehearse."""

    model: ModelFolder
    rehearse: Digits | None

    @classmethod
    def open(cls, start: str, rehearse: Sequence[str]) -> _Begun:
        sources = [open_digits(path, ("train",)) for path in rehearse]
        return cls(find_model(start), join_training(sources) if sources else None)


@dataclass(frozen=True, eq=False)
class _Job:
    """What the steps of one run share."""

    folder: RunFolder
    digits: Digits
    test: Digits | None
    recipe: Recipe
    seed: int
    folds: Folds | None
    begun: _Begun | None
    submit: bool
    engine: Engine
    progress: Progress
    began: float


def run(
    paths: Sequence[str],
    recipe: Recipe,
    *,
    seed: int = 0,
    out: str | None = None,
    force: bool = False,
    submit: bool = True,
    folds: int | None = None,
    only: Sequence[int] = (),
    final: Final = "refit",
    start: str | None = None,
    rehearse: Sequence[str] = (),
    engine: Engine = "auto",
    progress: Progress = SILENT,
) -> Result:
    """Do the main job on the joined rows of `paths` (none: Kaggle's folder or the sample).

    With `folds`, by cross-validation: that many models (or `only` some), judged on the rows that
    each did not see, and a `final` one. With `start`, the model of that name, folder or run is
    adapted to the rows, by a recipe of `fine_tuning_recipe`, and shown the rows of `rehearse` too.
    `engine` reads the rows to predict. Nothing is created before the data has been accepted.
    Raises DataError, ModelError, UsageError, OutputError, MissingExtraError, DivergedError, and
    Interrupted once there is something to resume.
    """
    began, progress = time.monotonic(), Progress(quiet=progress.quiet)  # its own log
    _need_training()
    choose(engine, 0)  # refused before the work, not after it
    if out is not None:
        refuse_existing(out, force=force, ours=ENTRIES)  # before the work, not after it
    parts = None if folds is None else Folds(folds, tuple(only), final)
    if parts is not None:
        recipe = parts.recipe(recipe)
    begun = None if start is None else _Begun.open(start, rehearse)
    if begun is not None:
        if not paths:
            raise UsageError(
                f"nothing to adapt {start} to", hint="give a folder of pictures by class, 0 to 9"
            )
        refuse_other_network(recipe, begun.model.facts["recipe"], str(start))
    sources, digits, test = _open(paths, submit, progress)
    with _importing_ahead():
        warnings = _doctor(digits, test, recipe, progress, begun, start)
    recipe = recipe.lengthened(round(len(digits) * (1 - recipe.validation)))
    facts = {
        "verb": "run" if submit else "train",
        "paths": [_lasting(source.path) for source in sources],
        "seed": seed,
        "files": [file.to_json() for file in digits.files],
        "test_files": [file.to_json() for file in test.files] if test is not None else [],
        "rows": len(digits),
        "class_counts": np.bincount(digits.labelled(), minlength=CLASSES).tolist(),
        "warnings": warnings,
    }
    if parts is not None:
        facts["folds"] = parts.to_json()
    if begun is not None:
        facts["from"] = {
            "model": _lasting(str(start)),
            "sha256": begun.model.facts["graph"]["sha256"],
            "rehearse": [_lasting(path) for path in rehearse],
            "rehearse_files": [file.to_json() for file in _files(begun.rehearse)],
        }
    folder = RunFolder(Path(out)) if out else claim_next(recipe.name)
    with folder.begun(recipe.to_toml(), facts, force=force or not out):
        return _carry_out(
            _Job(folder, digits, test, recipe, seed, parts, begun, submit, engine, progress, began)
        )


def resume(
    out: str,
    *,
    paths: Sequence[str] = (),
    submit: bool = True,
    engine: Engine = "auto",
    progress: Progress = SILENT,
) -> Result:
    """Go on with an interrupted run, bit for bit. `paths` only if the files have moved.

    Raises DataError if the rows are not those that the run began with, or the folder is damaged.
    """
    began, progress = time.monotonic(), Progress(quiet=progress.quiet)
    _need_training()
    choose(engine, 0)
    folder = existing_run(out)
    with locked(folder.path):
        return _carry_out(_job_again(folder, out, paths, submit, engine, progress, began))


def _job_again(
    folder: RunFolder,
    out: str,
    paths: Sequence[str],
    submit: bool,
    engine: Engine,
    progress: Progress,
    began: float,
) -> _Job:
    """What the run in `folder` was begun with, with its rows read again."""
    recipe = _recipe_of(folder)
    facts = folder.read_data()
    with damage_as_data_error(folder.data):
        parts = Folds.from_json(facts["folds"]) if "folds" in facts else None
    saved = facts.get("from")
    begun = None if saved is None else _begun_again(saved, out)
    if folder.log.exists():
        progress.said += folder.log.read_text(encoding="utf-8", errors="replace").splitlines()
    _, digits, test = _open(paths or facts["paths"], submit, progress)
    _same_rows(digits, facts["files"], out)
    if test is not None and (test_files := facts.get("test_files")):
        _same_rows(test, test_files, out)
    seed = facts["seed"]
    return _Job(folder, digits, test, recipe, seed, parts, begun, submit, engine, progress, began)


def _recipe_of(folder: RunFolder) -> Recipe:
    with damage_as_data_error(folder.recipe):
        return find_recipe(str(folder.recipe))


def _begun_again(saved: dict[str, Any], out: str) -> _Begun:
    """The starting model and the rehearsed rows of a run that is resumed."""
    begun = _Begun.open(saved["model"], saved["rehearse"])
    if begun.model.facts["graph"]["sha256"] != saved["sha256"]:
        raise ModelError(
            f"{saved['model']}: not the model that {out} was begun from",
            hint="put it back, or start another run",
        )
    if begun.rehearse is not None:
        _same_rows(begun.rehearse, saved["rehearse_files"], out)
    return begun


def _files(digits: Digits | None) -> tuple[DataFile, ...]:
    return () if digits is None else digits.files


def _need_training() -> None:
    """Everything that the whole job needs, so that it is not found missing after the training."""
    if any(find_spec(name) is None for name in ("torch", "onnx", "matplotlib", "jinja2")):
        raise MissingExtraError("training", "train")


@contextlib.contextmanager
def _importing_ahead() -> Iterator[None]:
    """Import torch and matplotlib while something else is done: it takes two seconds, and half of
    a core. What has not begun at the end waits until it is needed, and holds no error up."""
    with ThreadPoolExecutor(1) as pool:
        for name in ("tenfold.training.single_model", "tenfold.evaluation.page"):
            pool.submit(importlib.import_module, name)
        try:
            yield
        finally:
            pool.shutdown(cancel_futures=True)


def _open(
    paths: Sequence[str], submit: bool, progress: Progress
) -> tuple[list[Source], Digits, Digits | None]:
    """The sources, their training rows joined, and the rows to predict if there are any."""
    parts = ("train", "test") if submit else ("train",)
    sources = [open_digits(path, parts) for path in paths] or [open_digits(None, parts)]
    for source in sources:
        for note in source.notes:
            progress.say(f"note: {note}")
    labelled = [source for source in sources if source.train is not None]
    # `run train.csv test.csv`: a file without labels is the test set of the others
    digits = join_training(labelled if submit and labelled else sources)
    tests = [source for source in sources if source.test is not None] if submit else []
    if len(tests) > 1:
        raise UsageError(
            "more than one test set: " + ", ".join(source.path for source in tests),
            hint="use tenfold train, then tenfold predict for each",
        )
    return sources, digits, tests[0].test if tests else None


def _same_rows(digits: Digits, files: Sequence[dict[str, Any]], out: str) -> None:
    if [file.sha256 for file in digits.files] != [file["sha256"] for file in files]:
        raise DataError(
            f"{digits.where()}: not the rows that {out} was begun with",
            hint="give the same files, or start another run",
        )


def _doctor(
    digits: Digits,
    test: Digits | None,
    recipe: Recipe,
    progress: Progress,
    begun: _Begun | None,
    start: str | None,
) -> list[str]:
    """What `tenfold check` finds: warnings are said and returned, errors raised."""
    counts = np.bincount(digits.labelled(), minlength=CLASSES)
    progress.say(
        f"data: {len(digits):,} labelled rows ({counts.min():,} to {counts.max():,} a class)"
        + (f", {len(test):,} to predict" if test is not None else "")
    )
    if begun is not None:
        refuse_too_few(digits)
        if known := refuse_known(digits, begun.model.seen, str(start)):
            progress.say(
                f"warning: {start} was trained on {known:,} of these rows: they are left out of "
                "the figures"
            )
    else:
        refuse_unfit(digits, recipe)
    findings = inspect(digits, test)
    if begun is not None:  # a model that knows all digits may be taught a few of them
        findings = [one for one in findings if one.name not in ("missing-class", "imbalance")]
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
        progress.say(f"warning: {warning} (tenfold check shows which)")
    return warnings


def _lasting(path: str) -> str:
    """A path that still leads there from another working folder."""
    return os.path.abspath(path) if os.path.exists(path) else path


def _carry_out(job: _Job) -> Result:
    """Train, report, predict; whatever breaks it off, say how to go on."""
    folder, progress = job.folder, job.progress
    with watched(folder.path) as refuse_removed, _resumable(job, refuse_removed):
        with stop_signals() as stop:
            trained = _train(job, stop)
        test_evaluation = None
        submitted = job.test is not None and trained.model is not None
        with ThreadPoolExecutor(1) as pool:  # drawing takes one core, and predicting leaves some
            report = pool.submit(_report, job, trained.evaluation)
            if job.test is not None and submitted:
                test_evaluation = _predict_test(job, job.test)
            elif job.submit:
                why = "there were no test rows; give test.csv too, or the zip"
                why = why if trained.model else "--final none has no model"
                progress.say(f"no submission: {why}")
            report.result()
        if trained.evaluation is not None:
            progress.say(f"validation accuracy: {trained.evaluation.accuracy}")
            _say_measured_on(trained.evaluation, progress)
            progress.say(f"report: {folder.report / 'report.html'}")
        else:
            progress.say("no validation accuracy and no report: all rows were trained on")
        seconds = time.monotonic() - job.began
        refuse_removed()
        progress.say(f"done in {seconds:.1f} s: {folder.path}")
        _write_log(job)
    submission = folder.submission if submitted else None
    model = None if trained.model is None else folder.model
    adapted = None if trained.model is None else trained.model.facts.get("adapted")
    judged = (trained.evaluation, test_evaluation)
    return Result(folder.path, model, *judged, submission, seconds, adapted)


def _train(job: _Job, stop: Callable[[], bool]) -> TrainedModel:
    from tenfold.training.cross_validation import train_folds
    from tenfold.training.fine_tuning import fine_tune
    from tenfold.training.job import TrainingJob
    from tenfold.training.single_model import train

    training_job = TrainingJob(
        job.folder, job.digits, job.recipe, job.seed, stop=stop, progress=job.progress
    )
    if job.begun is not None:
        return fine_tune(training_job, job.begun.model, job.begun.rehearse)
    if job.folds is not None:
        return train_folds(training_job, job.folds)
    return train(training_job)


@contextlib.contextmanager
def _resumable(job: _Job, refuse_removed: Callable[[], None]) -> Iterator[None]:
    hint = f"go on with: {job.folder.resume_command(submit=job.submit)}"
    try:
        yield
    except (Interrupted, KeyboardInterrupt) as stopped:
        message = stopped.message if isinstance(stopped, Interrupted) else "interrupted"
        refuse_removed()
        with contextlib.suppress(OutputError):
            _write_log(job)
        raise Interrupted(message, hint=hint) from None
    except OutputError as problem:
        if not job.folder.checkpoint.exists():
            raise
        raise OutputError(problem.message, hint=f"{problem.hint}; then {hint}") from problem


def _write_log(job: _Job) -> None:
    write_whole(job.folder.log, "\n".join(job.progress.said) + "\n")


def _report(job: _Job, evaluation: Evaluation | None) -> None:
    folder = job.folder
    if evaluation is None:
        return
    evaluation.write(folder.report)
    Report(
        evaluation,
        title=str(folder.path),
        recipe=job.recipe,
        epochs=folder.read_epochs(),
        data=folder.read_data(),
        environment=folder.read_environment(),
    ).write(folder.report)


def _say_measured_on(evaluation: Evaluation, progress: Progress) -> None:
    assert evaluation.measured_on is not None
    for line in (f"measured on {evaluation.measured_on}", *evaluation.measured_on.notes):
        progress.say(line)


def _predict_test(job: _Job, test: Digits) -> Evaluation | None:
    """Write the submission with the model that was written, and measure it where labels exist, on
    those rows that it has not seen."""
    folder = job.folder
    classifier = Classifier.load(folder.path, engine=job.engine, tiles=len(test))
    probabilities = classifier.probabilities(test.images)
    labels = probabilities.argmax(axis=1)
    write_submission(folder.submission, labels, names=test.names, force=True)
    job.progress.say(f"submission: {folder.submission} ({len(test):,} rows, read back and checked)")
    for remark in remarks_on_seen(find_seen(classifier.model, test)):
        job.progress.say(remark)
    if test.labels is None:
        return None
    rows, measured_on = rows_to_measure(classifier.model, test)
    if not len(rows):
        job.progress.say("no test accuracy: the model was trained on all test rows")
        return None
    target = job.recipe.answered_accuracy
    evaluation = evaluation_of(test, rows, probabilities[rows], target, measured_on)
    write_json(folder.report / "test_metrics.json", evaluation.numbers())
    job.progress.say(f"test accuracy: {evaluation.accuracy}")
    _say_measured_on(evaluation, job.progress)
    return evaluation
