"""The main job: check, train, evaluate, report, and write the submission; new or resumed."""

from __future__ import annotations

import contextlib
import importlib
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from tenfold.callbacks import Callback
from tenfold.classifier import Engine
from tenfold.digits import AUTO, CLASSES, DataOptions, Digits
from tenfold.digits.file_facts import FileFacts
from tenfold.errors import UsageError
from tenfold.files import refuse_existing
from tenfold.files.locks import locked
from tenfold.files.saved_files import damage_as_data_error
from tenfold.main_job.data import RunData, lasting_path, refuse_other_rows
from tenfold.main_job.job import Execution, RunJob, carry_out
from tenfold.main_job.result import RunResult
from tenfold.main_job.warm_start import WarmStart, chosen_recipe
from tenfold.progress import SILENT, Progress
from tenfold.recipes import Recipe, find_recipe, refuse_other_network
from tenfold.recipes.folds import Final, Folds
from tenfold.run_folder import ENTRIES, RunFolder, existing_run
from tenfold.run_folder.facts import FoldsFacts, RunFacts
from tenfold.run_folder.new_name import claim_next
from tenfold.scale.runners.choice import HERE, workers_for
from tenfold.sources import Data
from tenfold.sources.given_data import Paths, as_typed, sources_of


def run(
    data: Data = None,
    recipe: str | Recipe | None = None,
    *,
    seed: int = 0,
    out: str | os.PathLike[str] | None = None,
    force: bool = False,
    submit: bool = True,
    folds: int | None = None,
    only: Sequence[int] = (),
    final: Final | None = None,
    start: str | os.PathLike[str] | None = None,
    replay: Paths = (),
    engine: Engine = "auto",
    on: str = HERE,
    workers: int | None = None,
    callbacks: Sequence[Callback] = (),
    options: DataOptions = AUTO,
    progress: Progress = SILENT,
    **fields: Any,
) -> RunResult:
    """Do the main job on the joined rows of `data`: check, train, evaluate, report, submission.csv.

    `data` is a path, data in memory as `open_digits` takes it, such as (X, y), or a list of these;
    none is Kaggle's own folder in a Kaggle notebook, the sample elsewhere. `options` decide where a
    table can be read in two ways. `recipe` is a preset's name, a TOML file or a Recipe (by default
    "fast"), and `fields` change it: epochs=2, rotation=5. `folds` is the number of models of a
    cross-validation, each evaluated on the rows of its fold; `only` some of them are trained, and a
    `final` one. `start` names a model to fine-tune, by a recipe of `fine_tuning_recipe`; rows of
    the paths `replay` are trained on too, so that it does not forget them. `engine` predicts the
    test rows; without `submit` none are read. `on` is where folds are trained: "local", or several
    at once on "ray" or "ray://HOST:PORT"; `workers` is how many. `callbacks` are called in each
    epoch.
    `run.resume(out)` goes on with an interrupted run. Nothing is created before the data is
    accepted.

    Raises DataError, ModelError, UsageError, OutputError, MissingExtraError, DivergedError, and
    Interrupted once there is something to resume.
    """
    sources, out = sources_of(data), None if out is None else os.fspath(out)
    start, replay = None if start is None else os.fspath(start), as_typed(replay)
    recipe = chosen_recipe(recipe, start, fields)
    final = final or ("none" if only else "refit")
    execution = Execution.prepared(submit, engine, workers_for(on, workers), callbacks, progress)
    _refuse_undivided(execution, folds)
    if out is not None:
        refuse_existing(out, force=force, ours=ENTRIES)  # before the work, not after it
    cross_validation = None if folds is None else Folds(folds, tuple(only), final)
    if cross_validation is not None:
        recipe = cross_validation.recipe(recipe)
    warm_start = None if start is None else _open_warm_start(start, replay, sources, recipe)
    opened = RunData.open(sources, execution.progress, submit=submit, options=options)
    with _importing_ahead():
        warnings = _check(opened, recipe, warm_start, execution.progress)
    recipe = recipe.lengthened(round(len(opened.train) * (1 - recipe.validation)))
    folder = RunFolder(Path(out) if out else claim_next(recipe.name))
    job = RunJob(folder, opened, recipe, seed, cross_validation, warm_start, execution)
    facts = _run_facts(job, warnings, replay, options)
    with folder.created(recipe.to_toml(), facts, force=force or not out):
        return carry_out(job)


def resume(
    out: str | os.PathLike[str],
    *,
    data: Data = None,
    submit: bool = True,
    engine: Engine = "auto",
    on: str = HERE,
    workers: int | None = None,
    callbacks: Sequence[Callback] = (),
    progress: Progress = SILENT,
) -> RunResult:
    """Continue an interrupted run, bit for bit. `data` only if the files have moved, or the run was
    begun with arrays in memory.

    Raises DataError if the rows are not those that the run was started with, or the folder is
    damaged.
    """
    out, sources = os.fspath(out), sources_of(data)
    execution = Execution.prepared(submit, engine, workers_for(on, workers), callbacks, progress)
    folder = existing_run(out)
    with locked(folder.path):
        job = _reopen_job(folder, out, sources, execution)
        _refuse_undivided(execution, job.folds)
        return carry_out(job)


run.resume = resume  # type: ignore[attr-defined]  # `tenfold.run.resume`, as `run --resume`


def train(
    data: Data = None,
    recipe: str | Recipe | None = None,
    **arguments: Any,
) -> RunResult:
    """Do the main job without a submission: check, train, evaluate, report.

    `arguments` are those of `run`; raises what `run` raises.
    """
    return run(data, recipe, **{**arguments, "submit": False})


def _refuse_undivided(execution: Execution, folds: object) -> None:
    """Raise UsageError where there is no work to hand out."""
    if execution.workers is not None and folds is None:
        raise UsageError("--on is for --folds: one training is one piece", hint="add --folds 10")


def _reopen_job(
    folder: RunFolder, out: str, sources: Sequence[Data], execution: Execution
) -> RunJob:
    """Read the settings of the run in `folder`, and its rows again."""
    recipe = read_run_recipe(folder)
    facts = folder.read_data()
    with damage_as_data_error(folder.data):
        cross_validation = None if facts.folds is None else Folds.from_json(facts.folds.to_json())
    warm_start = None if facts.start is None else WarmStart.reopen(facts.start, out)
    if folder.log.exists():
        log = folder.log.read_text(encoding="utf-8", errors="replace")
        execution.progress.log_lines += log.splitlines()
    options = DataOptions(facts.label, facts.header, facts.transposed or "auto")
    given = sources or facts.paths
    progress = execution.progress
    data = RunData.open(given, progress, submit=execution.submit, options=options)
    refuse_other_rows(data.train, facts.files, out)
    if data.test is not None and facts.test_files:
        refuse_other_rows(data.test, facts.test_files, out)
    return RunJob(folder, data, recipe, facts.seed, cross_validation, warm_start, execution)


def read_run_recipe(folder: RunFolder) -> Recipe:
    """The recipe of the run in `folder`. Raises DataError if the file is damaged."""
    with damage_as_data_error(folder.recipe):
        return find_recipe(str(folder.recipe))


def _open_warm_start(
    start: str, replay: Sequence[str], sources: Sequence[Data], recipe: Recipe
) -> WarmStart:
    """Open the model to fine-tune. Raises UsageError without rows, or for another network."""
    warm_start = WarmStart.open(start, replay)
    if not sources:
        raise UsageError(
            f"nothing to fine-tune {start} on", hint="give a folder of pictures by class, 0 to 9"
        )
    refuse_other_network(recipe, warm_start.model.facts.recipe.to_json(), start)
    return warm_start


def _check(
    data: RunData, recipe: Recipe, warm_start: WarmStart | None, progress: Progress
) -> list[str]:
    """Check the rows as `tenfold check` does, and return the warnings.

    Raises DataError with all errors.
    """
    data.say_counts(progress)
    if warm_start is not None:
        return data.check_for_fine_tuning(warm_start.model, warm_start.name, progress)
    return data.check(recipe, progress)


def _run_facts(
    job: RunJob, warnings: list[str], replay: Sequence[str], options: DataOptions
) -> RunFacts:
    """The content of data.json, from which the run can be resumed."""
    train = job.data.train
    folds, warm_start = job.folds, job.warm_start
    return RunFacts(
        verb="run" if job.execution.submit else "train",
        paths=tuple(lasting_path(source.path) for source in job.data.sources),
        seed=job.seed,
        label=options.label,
        header=options.header,
        transposed=options.chosen_transposed,
        files=_files(train),
        test_files=_files(job.data.test),
        rows=len(train),
        class_counts=np.bincount(train.labelled(), minlength=CLASSES).tolist(),
        warnings=warnings,
        folds=None if folds is None else FoldsFacts(folds.count, folds.only, folds.final),
        start=None if warm_start is None else warm_start.facts(replay),
    )


def _files(digits: Digits | None) -> tuple[FileFacts, ...]:
    return () if digits is None else tuple(map(FileFacts.of, digits.files))


@contextlib.contextmanager
def _importing_ahead() -> Iterator[None]:
    """Import torch and matplotlib in a thread during the block.

    It takes two seconds and half of a core. An import that has not started when the block ends is
    left until it is needed, so it delays no error.
    """
    with ThreadPoolExecutor(1) as pool:
        for name in ("tenfold.training.single_model", "tenfold.evaluation.report.html"):
            pool.submit(importlib.import_module, name)
        try:
            yield
        finally:
            pool.shutdown(cancel_futures=True)
