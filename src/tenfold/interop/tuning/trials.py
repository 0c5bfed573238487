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

    def begun(self, asked: NextTrial) -> tuple[RunFolder, Recipe]:
        """The run folder of a trial, made if it is not there, and its recipe."""
        run = self.folder.trial(asked.number)
        recipe = self.rows.lengthened(varied_recipe(self.recipe, asked.values))
        if not run.recipe.exists():
            run.create(recipe.to_toml(), self.rows.run_facts(self.facts), force=True)
        return run, recipe

    def stopped(self, where: str, *, interrupted: bool) -> None:
        """Raise Interrupted, or say where the trials were when their time was over."""
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
            asked = study.ask()
            try:
                said = _run_trial(search, study, asked, interrupted, advance)
            except (Interrupted, KeyboardInterrupt):
                search.stopped(f"trial {asked.number}", interrupted=interrupted())
                return
            done += 1
            advance(1, said)
            progress.note(said)


def recorded(search: Search, study: Study, number: int, outcome: TrialOutcome) -> str:
    """Record how a trial ended; a line that says it. Raises DivergedError for trial 0."""
    run = search.folder.trial(number)
    if outcome.state == "diverged" and not number:
        raise DivergedError(
            f"training diverged with '{search.recipe.name}' as it is",
            hint=f"begin with a lower rate: --learning-rate {search.recipe.learning_rate / 10:g}",
        )
    seconds = sum(epoch["seconds"] for epoch in run.read_epochs())
    study.tell(number, outcome, seconds)
    run.discard_checkpoint()
    said = f"trial {number}: {outcome.state}"
    if outcome.state == "finished":
        said += f", {outcome.right / outcome.n:.2%} of {outcome.n:,}"
    return f"{said}, {seconds:.1f} s"


def epoch_said(number: int, epoch: int, epochs: int, accuracy: float) -> str:
    """A line that says where a trial is; `epoch` counts from 0."""
    return f"trial {number} epoch {epoch + 1}/{epochs} val {accuracy:.2%}"


def _run_trial(
    search: Search,
    study: Study,
    asked: NextTrial,
    interrupted: Callable[[], bool],
    advance: Callable[[int, str], None],
) -> str:
    """Run one trial to its end and record it; one line that says how it ended."""
    from tenfold.training.trial import TrialJob, run_trial

    run, recipe = search.begun(asked)
    goes_on = study.goes_on(asked.number)

    def told(epoch: int, accuracy: float) -> bool:
        advance(0, epoch_said(asked.number, epoch, recipe.epochs, accuracy))
        return goes_on(epoch, accuracy)

    job = TrialJob(run, search.rows.search, recipe, search.facts.seed, told)
    outcome = run_trial(job, stop=lambda: interrupted() or search.out_of_time())
    return recorded(search, study, asked.number, outcome)
