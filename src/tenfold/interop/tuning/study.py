"""Optuna's study of a search, in one file: which values to try next, and what came of them.

A trial's values follow from the seed, its number and the trials before it, so a search that was
killed and resumed tries what it would have tried without.
"""

from __future__ import annotations

import contextlib
import math
import warnings
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tenfold.errors import MissingExtraError
from tenfold.files import os_errors_as_output_error
from tenfold.files.saved_files import damage_as_data_error
from tenfold.recipes.search_space import Choice, Space, Span

if TYPE_CHECKING:
    from optuna import Study as OptunaStudy
    from optuna.trial import FrozenTrial, Trial

    from tenfold.training.trial import TrialOutcome

NAME = "tune"
RANDOM_TRIALS = 8  # before the sampler has enough to learn from
UNPRUNED_TRIALS = 5  # before there are enough to be worse than
WARM_UP = 0.5  # share of the epochs before a trial may be given up: rates are high until then
LOCK_SUFFIX = ".lock"  # of Optuna's lock beside its file


@dataclass(frozen=True)
class NextTrial:
    """A trial to run: its number from 0, and the values of the varied fields."""

    number: int
    values: Mapping[str, Any]


@dataclass(frozen=True)
class PruningRule:
    """Whether a trial is worth going on with; it can be pickled, and opens the file by itself."""

    file: Path
    number: int
    seed: int
    epochs: int
    _open: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    def __call__(self, epoch: int, accuracy: float) -> bool:
        """Record the validation accuracy of an epoch, from 0; False gives the trial up."""
        if "trial" not in self._open:
            self._open["trial"] = _running(_study(self.file, self.seed, self.epochs), self.number)
        trial: Trial = self._open["trial"]
        known = trial.study.trials[self.number].intermediate_values
        if epoch not in known:  # it is there where a killed search is resumed
            trial.report(accuracy, epoch)
        is_last = epoch >= self.epochs - 1  # whose result is paid for already
        return is_last or not trial.should_prune()

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_open": {}}


class Study:
    """The study in `file`, begun with the recipe's own values as trial 0, or resumed."""

    def __init__(self, file: Path, space: Space, values: Mapping[str, Any], seed: int, epochs: int):
        self._file, self._space, self._seed, self._epochs = file, space, seed, epochs
        _repair(file)
        with _study_errors(file):
            self._study = _study(file, seed, epochs)
            if not self._study.trials:
                self._study.enqueue_trial(dict(values))

    def finished(self) -> int:
        """How many trials have ended."""
        return sum(trial.state.is_finished() for trial in self.records())

    def ask(self, under_way: Container[int] = ()) -> NextTrial:
        """A trial that was interrupted and is not under way, or a new one."""
        from optuna.samplers import TPESampler
        from optuna.trial import TrialState

        with _study_errors(self._file):
            begun = self._study.get_trials(states=(TrialState.RUNNING,))
            unfinished = [trial for trial in begun if trial.number not in under_way]
            number = unfinished[0].number if unfinished else len(self.records())
            self._study.sampler = TPESampler(
                seed=_seed_of(self._seed, number), n_startup_trials=RANDOM_TRIALS
            )
            trial = _running(self._study, number) if unfinished else self._study.ask()
            values = {name: _suggest(trial, name, span) for name, span in self._space.items()}
        return NextTrial(trial.number, values)

    def goes_on(self, number: int) -> PruningRule:
        """What a trial asks after each epoch."""
        return PruningRule(self._file, number, self._seed, self._epochs)

    def tell(self, number: int, outcome: TrialOutcome, seconds: float) -> None:
        """Record how a trial ended."""
        from optuna.trial import TrialState

        states = {
            "finished": TrialState.COMPLETE,
            "pruned": TrialState.PRUNED,
            "diverged": TrialState.FAIL,
        }
        with _study_errors(self._file):
            self._study = _study(self._file, self._seed, self._epochs)  # with the epochs told
            trial = _running(self._study, number)
            about = {"n": outcome.n, "right": outcome.right, "seconds": round(seconds, 3)}
            if math.isfinite(outcome.log_loss):
                about["log_loss"] = outcome.log_loss
            for name, fact in about.items():
                trial.set_user_attr(name, fact)
            state = states[outcome.state]
            value = outcome.right / outcome.n if outcome.state == "finished" else None
            self._study.tell(number, value, state=state)

    def records(self) -> list[FrozenTrial]:
        """All trials that were begun, in their order."""
        from optuna.trial import TrialState

        return [trial for trial in self._study.trials if trial.state != TrialState.WAITING]


def require_optuna() -> None:
    """Raise MissingExtraError where Optuna is not installed; else make it quiet."""
    try:
        with warnings.catch_warnings():
            # in a notebook without ipywidgets tqdm, which Optuna brings, speaks of its progress bar
            warnings.simplefilter("ignore")
            import optuna
    except ModuleNotFoundError:
        raise MissingExtraError("tuning", "tune") from None
    optuna.logging.set_verbosity(optuna.logging.ERROR)


def _study(file: Path, seed: int, epochs: int) -> OptunaStudy:
    import optuna
    from optuna.storages.journal import JournalFileBackend, JournalFileOpenLock

    path = str(file)
    backend = JournalFileBackend(path, lock_obj=JournalFileOpenLock(path))
    return optuna.create_study(
        study_name=NAME,
        storage=optuna.storages.JournalStorage(backend),
        sampler=optuna.samplers.RandomSampler(seed=seed),  # replaced before a trial is asked for
        pruner=optuna.pruners.MedianPruner(
            n_startup_trials=UNPRUNED_TRIALS, n_warmup_steps=math.floor(epochs * WARM_UP)
        ),
        direction="maximize",
        load_if_exists=True,
    )


def _running(study: OptunaStudy, number: int) -> Trial:
    """A trial that was begun before, to go on with."""
    from optuna.trial import Trial

    return Trial(study, study.trials[number]._trial_id)


def _suggest(trial: Trial, name: str, span: Span | Choice) -> Any:
    if isinstance(span, Choice):
        return trial.suggest_categorical(name, list(span.values))
    if isinstance(span.low, int) and isinstance(span.high, int):
        return trial.suggest_int(name, span.low, span.high, log=span.log)
    return trial.suggest_float(name, span.low, span.high, log=span.log)


def _seed_of(seed: int, number: int) -> int:
    return int(np.random.SeedSequence([seed, number]).generate_state(1)[0])


def _repair(file: Path) -> None:
    """Remove what a kill in the middle of writing left: half a line, and the lock.

    Only one process has the folder: it holds the folder's lock.
    """
    with os_errors_as_output_error(file):
        Path(f"{file}{LOCK_SUFFIX}").unlink(missing_ok=True)
        if not file.exists():
            return
        content = file.read_bytes()
        whole = content.rfind(b"\n") + 1
        if whole < len(content):
            with file.open("r+b") as opened:
                opened.truncate(whole)


@contextlib.contextmanager
def _study_errors(file: Path) -> Iterator[None]:
    with damage_as_data_error(file), warnings.catch_warnings():
        warnings.simplefilter("ignore", category=FutureWarning)
        yield
