"""Search for a better recipe: train trials, choose one, measure it on other rows."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tenfold.digits import AUTO, DataOptions
from tenfold.digits.file_facts import FileFacts
from tenfold.errors import Interrupted, UsageError
from tenfold.evaluation.tuning import Tuning
from tenfold.files import refuse_existing
from tenfold.files.locks import locked
from tenfold.interop.training import require_training
from tenfold.interop.tuning.outcome import write_outcome
from tenfold.interop.tuning.search_folder import ENTRIES, SearchFolder, existing_search
from tenfold.interop.tuning.search_rows import divided
from tenfold.interop.tuning.settings import TuningFacts, saved_space
from tenfold.interop.tuning.study import Study, require_optuna
from tenfold.interop.tuning.trials import Search, run_trials
from tenfold.interop.tuning.trials_at_once import run_trials_at_once
from tenfold.main_job.data import RunData, lasting_path, refuse_other_rows
from tenfold.progress import SILENT, Progress
from tenfold.recipes import Recipe, find_recipe
from tenfold.recipes.search_space import chosen_space
from tenfold.run_folder.new_name import claim_next
from tenfold.scale.runners.choice import HERE, workers_for
from tenfold.signals import stop_signals
from tenfold.sources import Data
from tenfold.sources.given_data import sources_of

if TYPE_CHECKING:
    from tenfold.training.elsewhere import Workers


def tune(
    data: Data = None,
    recipe: str | Recipe = "fast",
    *,
    trials: int = 30,
    minutes: float | None = None,
    seed: int = 0,
    held_out: float = 0.1,
    vary: Sequence[str] | Mapping[str, Any] = (),
    out: str | os.PathLike[str] | None = None,
    force: bool = False,
    on: str = HERE,
    workers: int | None = None,
    options: DataOptions = AUTO,
    progress: Progress = SILENT,
    **fields: Any,
) -> Tuning:
    """Search for better values of the fields of `recipe`, on the joined rows of `data`.

    The share `held_out` of the rows is put aside, and no trial sees them; of the others, the
    recipe's `validation` share chooses, and the trials train on the rest. Trial 0 is the recipe as
    it is; the others vary the fields of its search space, or those of `vary`: names, or a mapping
    from any field to (low, high), (low, high, "log") or a list of values. A trial whose validation
    accuracy falls behind the median is given up. After `trials` trials, or `minutes`, the best one
    and trial 0 are measured on the rows held out. `on` is where trials run: "local", one after
    another; or several at once on "ray" or "ray://HOST:PORT", `workers` of them. `fields` change
    the recipe beforehand.
    `tune.resume(out)` goes on with an interrupted search, or with more trials or minutes.

    The folder `out` holds tuned.toml, which `run` takes as a recipe, report/report.html, the
    winner's model, and each trial as a run folder. Raises DataError, UsageError, OutputError,
    MissingExtraError, and Interrupted once there is something to resume.
    """
    deadline, elsewhere = _deadline(minutes), workers_for(on, workers)
    _require()
    if isinstance(recipe, str):
        recipe = find_recipe(recipe)
    recipe = recipe.replace(fields) if fields else recipe
    _refuse_unfit(recipe, trials, held_out)
    space = chosen_space(recipe, vary)
    sources = sources_of(data)
    if out is not None:
        refuse_existing(os.fspath(out), force=force, ours=ENTRIES)  # before the work
    opened = RunData.open(sources, progress, submit=False, options=options)
    opened.say_counts(progress)
    rows = divided(opened.train, recipe, held_out, seed)
    opened.check(recipe, progress)
    folder = SearchFolder(Path(out) if out else claim_next(f"tune-{recipe.name}"))
    facts = TuningFacts(
        paths=tuple(lasting_path(source.path) for source in opened.sources),
        label=options.label,
        header=options.header,
        transposed=options.chosen_transposed,
        files=tuple(map(FileFacts.of, opened.train.files)),
        rows=len(opened.train),
        seed=seed,
        trials=trials,
        held_out=held_out,
        recipe=asdict(recipe),
        space=saved_space(space),
    )
    search = Search(folder, rows, facts, recipe, space, trials, deadline, progress)
    with folder.created(facts, force=force or not out):
        return _carry_out(search, elsewhere)


def resume(
    out: str | os.PathLike[str],
    *,
    data: Data = None,
    trials: int | None = None,
    minutes: float | None = None,
    on: str = HERE,
    workers: int | None = None,
    progress: Progress = SILENT,
) -> Tuning:
    """Continue a search that was interrupted, or one that ended, with more `trials` in all.

    `data` only if the files have moved, or were arrays in memory. Raises what `tune` raises, and
    DataError if the rows are not those that the search began with.
    """
    deadline, elsewhere = _deadline(minutes), workers_for(on, workers)
    _require()
    folder = existing_search(out)
    with locked(folder.path):
        facts = TuningFacts.read(folder.settings)
        recipe, space = facts.read_recipe(), facts.read_space()
        options = DataOptions(facts.label, facts.header, facts.transposed or "auto")
        given = sources_of(data) or facts.paths
        opened = RunData.open(given, progress, submit=False, options=options)
        refuse_other_rows(opened.train, facts.files, os.fspath(out))
        rows = divided(opened.train, recipe, facts.held_out, facts.seed)
        count = facts.trials if trials is None else trials
        _refuse_unfit(recipe, count, facts.held_out)
        search = Search(folder, rows, facts, recipe, space, count, deadline, progress)
        return _carry_out(search, elsewhere)


tune.resume = resume  # type: ignore[attr-defined]  # `tenfold.tune.resume`, as `tune --resume`


def _carry_out(search: Search, workers: Workers | None) -> Tuning:
    """Run trials until there are enough, or the time is over; choose, measure, report."""
    values = {name: getattr(search.recipe, name) for name in search.space}
    epochs = search.rows.lengthened(search.recipe).epochs
    study = Study(search.folder.study, search.space, values, search.facts.seed, epochs)
    search.progress.say(f"tuning '{search.recipe.name}': {search.rows.counts}")
    with stop_signals() as interrupted:
        if workers is None:
            run_trials(search, study, interrupted)
        else:
            run_trials_at_once(search, study, interrupted, workers)
    try:
        return write_outcome(
            search.folder, study, search.recipe, search.space, search.rows, search.facts.seed
        )
    except UsageError as problem:
        hint = f"give it more time: {search.folder.resume_command} --minutes N"
        raise Interrupted(problem.message, hint=hint) from None


def _deadline(minutes: float | None) -> float:
    if minutes is not None and not minutes > 0:
        raise UsageError(f"minutes is {minutes}", hint="give the minutes that the trials may take")
    return math.inf if minutes is None else time.monotonic() + 60 * minutes


def _refuse_unfit(recipe: Recipe, trials: int, held_out: float) -> None:
    """Raise UsageError for what makes no search."""
    if trials < 1:
        raise UsageError(f"trials is {trials}", hint="give 1 or more; 30 is a good beginning")
    if not 0.001 <= held_out <= 0.9:
        raise UsageError(f"held_out is {held_out}", hint="give a share of the rows, such as 0.1")
    if recipe.validation == 0:
        raise UsageError(
            "validation is 0: there are no rows to choose by",
            hint="leave --validation out, or give a share such as 0.1",
        )


def _require() -> None:
    """Raise MissingExtraError now for what would be found missing only after the trials."""
    from tenfold.evaluation.report.report import require_report_extra

    require_optuna()
    require_training()
    require_report_extra()
