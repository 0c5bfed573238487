"""The trials of a search, several at once, as pieces of work for others.

The study stays here: it is told the epochs that it finds in the run folders of trials, and a trial
that it gives up is ended. Which values a trial has depends on those that have ended before it, so
on how many run at once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from tenfold.digits import Digits
from tenfold.interop.tuning.study import NextTrial, PruningRule, Study
from tenfold.interop.tuning.trials import Search, epoch_line, record_outcome
from tenfold.recipes import Recipe
from tenfold.run_folder import RunFolder

if TYPE_CHECKING:
    from tenfold.training.elsewhere import ComputeSettings, Tasks, Workers
    from tenfold.training.trial import TrialOutcome


def run_trials_at_once(
    search: Search, study: Study, interrupted: Callable[[], bool], workers: Workers
) -> None:
    """Run trials until there are enough, or the time is over. Raises Interrupted, DivergedError,
    and what trials raise."""
    from tenfold.training.elsewhere import started

    progress = search.progress
    done = study.finished()
    if done >= search.trials:
        return
    started_tasks = started(workers, search.recipe, search.rows.search, progress.say)
    with (
        started_tasks as (tasks, settings, rows),
        progress.bar(search.trials, "tuning", done=done, count=True) as advance,
    ):
        trials = _Trials(search, study, tasks, settings, rows, advance)
        while done < search.trials and not search.out_of_time() and not interrupted():
            while len(trials) < min(tasks.at_once, search.trials - done):
                trials.begin(study.ask(trials.numbers))
            for number, outcome in trials.ended().items():
                line = record_outcome(search, study, number, outcome)
                done += 1
                advance(1, line)
                progress.note(line)
    if done < search.trials:
        numbers = " and ".join(map(str, sorted(trials.numbers)))
        search.end_early(f"trial {numbers}", interrupted=interrupted())


def carry_out_trial(
    folder: RunFolder, digits: Digits, recipe: Recipe, seed: int, settings: ComputeSettings
) -> dict[str, Any]:
    """Run the trial in `folder`, and return its outcome as JSON values."""
    from tenfold.training.elsewhere import refuse_unshared
    from tenfold.training.trial import TrialJob, run_trial

    refuse_unshared(folder)
    job = TrialJob(folder, digits, recipe, seed, faster=settings.apply())
    return asdict(run_trial(job))


@dataclass
class _UnderWay:
    """A trial under way; `epochs_told` of its epochs are known to the study."""

    folder: RunFolder
    epochs: int
    goes_on: PruningRule
    epochs_told: int = 0


@dataclass(eq=False)
class _Trials:
    """Trials under way, by their numbers."""

    search: Search
    study: Study
    tasks: Tasks
    settings: ComputeSettings
    rows: Any
    show: Callable[[int, str], None]
    _under_way: dict[int, _UnderWay] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self._under_way)

    @property
    def numbers(self) -> set[int]:
        return {*self._under_way}

    def begin(self, trial: NextTrial) -> None:
        run, recipe = self.search.open_trial(trial)
        goes_on = self.study.goes_on(trial.number)
        self._under_way[trial.number] = _UnderWay(run, int(recipe.epochs), goes_on)
        seed, name = self.search.facts.seed, _name(trial.number)
        self.tasks.submit(name, carry_out_trial, run, self.rows, recipe, seed, self.settings)

    def ended(self) -> dict[int, TrialOutcome]:
        """The trials that have ended since the last call, and those that are given up."""
        from tenfold.training.trial import TrialOutcome

        answers = self.tasks.done()
        ended = {}
        for number, trial in self._under_way.items():
            goes_on = self._tell_epochs(number, trial)
            if (answer := answers.get(_name(number))) is not None:
                ended[number] = TrialOutcome(**answer)
            elif not goes_on:
                self.tasks.cancel(_name(number))
                ended[number] = TrialOutcome("pruned")
        for number in ended:
            del self._under_way[number]
        return ended

    def _tell_epochs(self, number: int, trial: _UnderWay) -> bool:
        """Tell the study of epochs that have ended; False where it gives the trial up."""
        epochs = trial.folder.epochs_so_far()
        wanted = True
        for epoch in range(trial.epochs_told, len(epochs)):
            accuracy = epochs[epoch]["val_accuracy"]
            self.show(0, epoch_line(number, epoch, trial.epochs, accuracy))
            wanted = trial.goes_on(epoch, accuracy) and wanted
        trial.epochs_told = max(trial.epochs_told, len(epochs))
        return wanted


def _name(number: int) -> str:
    return f"trial {number}"
