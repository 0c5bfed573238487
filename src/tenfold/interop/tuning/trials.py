"""The trials of a search, one after another in this process."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tenfold.errors import DivergedError, Interrupted
from tenfold.interop.tuning.search_folder import SearchFolder
from tenfold.interop.tuning.search_rows import SearchRows
from tenfold.interop.tuning.settings import TuningFacts
from tenfold.interop.tuning.study import NextTrial, Study
from tenfold.progress import Progress
from tenfold.recipes import Recipe
from tenfold.recipes.search_space import Space, varied_recipe
from tenfold.run_folder import RunFolder

if TYPE_CHECKING:
    from tenfold.training.trial import TrialOutcome


@dataclass(frozen=True, eq=False)
class Search:
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

    def open_trial(self, trial: NextTrial) -> tuple[RunFolder, Recipe]:
        """Return the run folder of a trial, created if it is not there, and its recipe."""
        run = self.folder.trial(trial.number)
        recipe = self.rows.lengthened(varied_recipe(self.recipe, trial.values))
        if not run.recipe.exists():
            run.create(recipe.to_toml(), self.rows.run_facts(self.facts), force=True)
        return run, recipe

    def end_early(self, where: str, *, interrupted: bool) -> None:
        """Raise Interrupted; or, where the time is over, say which trials stay unfinished."""
        if interrupted or not self.out_of_time():
            hint = f"go on with: {self.folder.resume_command}"
            raise Interrupted(f"stopped in {where} of {self.trials}", hint=hint) from None
        self.progress.say(f"time is over in {where}: it is left unfinished")


def run_trials(search: Search, study: Study, interrupted: Callable[[], bool]) -> None:
    """Run trials until there are enough, or the time is over. Raises Interrupted, DivergedError."""
    progress = search.progress
    done = study.finished()
    with progress.bar(search.trials, "tuning", done=done, count=True) as advance:
        while done < search.trials and not search.out_of_time():
            trial = study.ask()
            try:
                line = _run_trial(search, study, trial, interrupted, advance)
            except (Interrupted, KeyboardInterrupt):
                search.end_early(f"trial {trial.number}", interrupted=interrupted())
                return
            done += 1
            advance(1, line)
            progress.note(line)


def record_outcome(search: Search, study: Study, number: int, outcome: TrialOutcome) -> str:
    """Record how a trial ended, and return a line about it. Raises DivergedError for trial 0."""
    run = search.folder.trial(number)
    if outcome.state == "diverged" and not number:
        raise DivergedError(
            f"training diverged with '{search.recipe.name}' as it is",
            hint=f"begin with a lower rate: --learning-rate {search.recipe.learning_rate / 10:g}",
        )
    seconds = sum(epoch["seconds"] for epoch in run.read_epochs())
    study.tell(number, outcome, seconds)
    run.discard_checkpoint()
    line = f"trial {number}: {outcome.state}"
    if outcome.state == "finished":
        line += f", {outcome.right / outcome.n:.2%} of {outcome.n:,}"
    return f"{line}, {seconds:.1f} s"


def epoch_line(number: int, epoch: int, epochs: int, accuracy: float) -> str:
    """Describe the progress of a trial; `epoch` counts from 0."""
    return f"trial {number} epoch {epoch + 1}/{epochs} val {accuracy:.2%}"


def _run_trial(
    search: Search,
    study: Study,
    trial: NextTrial,
    interrupted: Callable[[], bool],
    advance: Callable[[int, str], None],
) -> str:
    """Run one trial to its end, record it, and return a line about it."""
    from tenfold.training.trial import TrialJob, run_trial

    run, recipe = search.open_trial(trial)
    goes_on = study.goes_on(trial.number)

    def show_and_ask(epoch: int, accuracy: float) -> bool:
        advance(0, epoch_line(trial.number, epoch, recipe.epochs, accuracy))
        return goes_on(epoch, accuracy)

    job = TrialJob(run, search.rows.search, recipe, search.facts.seed, show_and_ask)
    outcome = run_trial(job, stop=lambda: interrupted() or search.out_of_time())
    return record_outcome(search, study, trial.number, outcome)
