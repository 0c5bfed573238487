"""A trial of a search: one training that may be given up early.

A plain function of a value that can be pickled, so that a trial may run in another process or on
another machine; it resumes in its folder like any training.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from tenfold import metrics
from tenfold.callbacks import Callback, Logs
from tenfold.digits import Digits
from tenfold.errors import DivergedError
from tenfold.progress import SILENT, Progress
from tenfold.recipes import Recipe
from tenfold.run_folder import RunFolder
from tenfold.training.job import TrainingJob
from tenfold.training.loop.fit import never
from tenfold.training.loop.precision import FastSettings
from tenfold.training.single_model import train

State = Literal["finished", "pruned", "diverged"]


def keep(epoch: int, accuracy: float) -> bool:
    """A `goes_on` that never gives a trial up."""
    return True


@dataclass(frozen=True, eq=False)
class TrialJob:
    """Everything that describes one trial.

    folder: a run folder that was created with the recipe; digits: the rows of the search, of which
    the recipe's share is kept out to choose by, the same rows for every trial of a seed; goes_on:
    told the validation accuracy of each epoch, from 0, it answers whether the trial is worth going
    on with; faster: that of `TrainingJob`.
    """

    folder: RunFolder
    digits: Digits
    recipe: Recipe
    seed: int
    goes_on: Callable[[int, float], bool] = keep
    faster: FastSettings | None = None


@dataclass(frozen=True)
class TrialOutcome:
    """How a trial ended. `right` of `n` validation rows and their negative log-likelihood, by the
    model that was written; 0 and infinite where none was."""

    state: State
    right: int = 0
    n: int = 0
    log_loss: float = math.inf


class _Pruned(Exception):
    """The trial was given up; it ends the training, and never leaves this module."""


class _EpochReport(Callback):
    def __init__(self, goes_on: Callable[[int, float], bool]) -> None:
        self._goes_on = goes_on

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        if not self._goes_on(epoch, (logs or {})["val_accuracy"]):
            raise _Pruned


def run_trial(
    job: TrialJob, *, stop: Callable[[], bool] = never, progress: Progress = SILENT
) -> TrialOutcome:
    """Train, from the folder's checkpoint where it has one, and measure on the rows kept out.

    Leaves a model folder where the trial was not given up. Raises Interrupted once `stop` says so,
    resumably; OutputError, DataError.
    """
    training = TrainingJob(
        job.folder,
        job.digits,
        job.recipe,
        job.seed,
        faster=job.faster,
        stop=stop,
        callbacks=[_EpochReport(job.goes_on)],
        progress=progress,
    )
    try:
        for epoch, row in enumerate(job.folder.read_epochs()):  # of a trial that was interrupted
            if not job.goes_on(epoch, row["val_accuracy"]):
                raise _Pruned
        evaluation = train(training).evaluation
    except _Pruned:
        return TrialOutcome("pruned")
    except DivergedError:
        return TrialOutcome("diverged")
    assert evaluation is not None  # the recipe keeps rows out
    accuracy = evaluation.accuracy
    log_loss = metrics.negative_log_likelihood(evaluation.labels, evaluation.probabilities)
    return TrialOutcome("finished", accuracy.hits, accuracy.n, log_loss)
