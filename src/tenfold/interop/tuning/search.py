"""Search for a better recipe: train trials one after another, choose one, measure it elsewhere."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tenfold.digits import AUTO, DataOptions
from tenfold.digits.file_facts import FileFacts
from tenfold.errors import DivergedError, Interrupted, UsageError
from tenfold.evaluation.tuning import Tuning
from tenfold.files import refuse_existing
from tenfold.files.locks import locked
from tenfold.interop.training import require_training
from tenfold.interop.tuning.outcome import write_outcome
from tenfold.interop.tuning.search_folder import ENTRIES, SearchFolder, existing_search
from tenfold.interop.tuning.search_rows import SearchRows, divided
from tenfold.interop.tuning.settings import TuningFacts, saved_space
from tenfold.interop.tuning.study import NextTrial, Study, require_optuna
from tenfold.main_job.data import RunData, lasting_path, refuse_other_rows
from tenfold.progress import SILENT, Progress
from tenfold.recipes import Recipe, find_recipe
from tenfold.recipes.search_space import Space, chosen_space, varied_recipe
from tenfold.run_folder.new_name import claim_next
from tenfold.signals import stop_signals
from tenfold.sources import Data
from tenfold.sources.given_data import sources_of


@dataclass(frozen=True, eq=False)
class _Search:
    """A search that is running. deadline_s: a time of time.monotonic()."""

    folder: SearchFolder
    rows: SearchRows
    facts: TuningFacts
    recipe: Recipe
    space: Space
    trials: int
    deadline_s: float
    progress: Progress

    def out_of_time(self) -> bool:
        return time.monotonic() > self.deadline_s


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
    and trial 0 are measured on the rows held out. `fields` change the recipe beforehand.
    `tune.resume(out)` goes on with an interrupted search, or with more trials or minutes.

    The folder `out` holds tuned.toml, which `run` takes as a recipe, report/report.html, the
    winner's model, and each trial as a run folder. Raises DataError, UsageError, OutputError,
    MissingExtraError, and Interrupted once there is something to resume.
    """
    deadline = _deadline(minutes)
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
    search = _Search(folder, rows, facts, recipe, space, trials, deadline, progress)
    with folder.created(facts, force=force or not out):
        return _carry_out(search)


def resume(
    out: str | os.PathLike[str],
    *,
    data: Data = None,
    trials: int | None = None,
    minutes: float | None = None,
    progress: Progress = SILENT,
) -> Tuning:
    """Continue a search that was interrupted, or one that ended, with more `trials` in all.

    `data` only if the files have moved, or were arrays in memory. Raises what `tune` raises, and
    DataError if the rows are not those that the search began with.
    """
    deadline = _deadline(minutes)
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
        return _carry_out(_Search(folder, rows, facts, recipe, space, count, deadline, progress))


tune.resume = resume  # type: ignore[attr-defined]  # `tenfold.tune.resume`, as `tune --resume`


def _carry_out(search: _Search) -> Tuning:
    """Run trials until there are enough, or the time is over; choose, measure, report."""
    own = {name: getattr(search.recipe, name) for name in search.space}
    epochs = search.rows.lengthened(search.recipe).epochs
    study = Study(search.folder.study, search.space, own, search.facts.seed, epochs)
    search.progress.say(f"tuning '{search.recipe.name}': {search.rows.counts}")
    with stop_signals() as interrupted:
        _run_trials(search, study, interrupted)
    try:
        return write_outcome(
            search.folder, study, search.recipe, search.space, search.rows, search.facts.seed
        )
    except UsageError as problem:
        hint = f"give it more time: {search.folder.resume_command} --minutes N"
        raise Interrupted(problem.message, hint=hint) from None


def _run_trials(search: _Search, study: Study, interrupted: Callable[[], bool]) -> None:
    progress = search.progress
    done = sum(trial.state.is_finished() for trial in study.records())
    with progress.bar(search.trials, "tuning", done=done, count=True) as advance:
        while done < search.trials and not search.out_of_time():
            asked = study.ask()
            try:
                said = _run_trial(search, study, asked, interrupted, advance)
            except (Interrupted, KeyboardInterrupt):
                if interrupted() or not search.out_of_time():
                    hint = f"go on with: {search.folder.resume_command}"
                    message = f"stopped in trial {asked.number} of {search.trials}"
                    raise Interrupted(message, hint=hint) from None
                progress.say(f"time is over in trial {asked.number}: it is left unfinished")
                return
            done += 1
            advance(1, said)
            progress.note(said)


def _run_trial(
    search: _Search,
    study: Study,
    asked: NextTrial,
    interrupted: Callable[[], bool],
    advance: Callable[[int, str], None],
) -> str:
    """Run one trial to its end and record it; one line that says how it ended."""
    from tenfold.training.trial import TrialJob, run_trial

    run = search.folder.trial(asked.number)
    recipe = search.rows.lengthened(varied_recipe(search.recipe, asked.values))
    if not run.recipe.exists():
        run.create(recipe.to_toml(), search.rows.run_facts(search.facts), force=True)
    goes_on = study.goes_on(asked.number)

    def told(epoch: int, accuracy: float) -> bool:
        advance(0, f"trial {asked.number} epoch {epoch + 1}/{recipe.epochs} val {accuracy:.2%}")
        return goes_on(epoch, accuracy)

    job = TrialJob(run, search.rows.search, recipe, search.facts.seed, told)
    outcome = run_trial(job, stop=lambda: interrupted() or search.out_of_time())
    if outcome.state == "diverged" and not asked.number:
        raise DivergedError(
            f"training diverged with '{search.recipe.name}' as it is",
            hint=f"begin with a lower rate: --learning-rate {search.recipe.learning_rate / 10:g}",
        )
    seconds = sum(epoch["seconds"] for epoch in run.read_epochs())
    study.tell(asked.number, outcome, seconds)
    run.discard_checkpoint()
    said = f"trial {asked.number}: {outcome.state}"
    if outcome.state == "finished":
        said += f", {outcome.right / outcome.n:.2%} of {outcome.n:,}"
    return f"{said}, {seconds:.1f} s"


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
