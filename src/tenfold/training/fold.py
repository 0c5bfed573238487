"""One fold of a cross-validation: a training in a run folder of its own."""

from __future__ import annotations

import contextlib
import dataclasses

import numpy as np

from tenfold.evaluation.evaluation_files import write_evaluation
from tenfold.files.locks import locked
from tenfold.metrics import Bools, Proportion
from tenfold.run_folder import RunFolder
from tenfold.training.job import TrainingJob
from tenfold.training.single_model import train


def finished(fold: RunFolder) -> bool:
    return fold.model.exists() and (fold.report / "val_probabilities.npz").exists()


def train_fold(
    fold_job: TrainingJob, run: RunFolder, kept_out: Bools, wait_seconds: float | None = None
) -> Proportion:
    """Train one fold in its run folder, and write its evaluation there; its accuracy.

    `kept_out` bool [n] are the rows that it is evaluated on; `wait_seconds` is how long another
    process may still hold the folder.
    """
    fold = fold_job.folder
    with opened(fold_job, run, wait_seconds):
        if not fold.split.exists():
            fold.write_split(np.flatnonzero(~kept_out), np.flatnonzero(kept_out))
        result = train(fold_job)
        assert result.evaluation is not None
        write_evaluation(result.evaluation, fold.report)
    return result.evaluation.accuracy


def opened(
    fold_job: TrainingJob, run: RunFolder, wait_seconds: float | None = None
) -> contextlib.AbstractContextManager[None]:
    """Lock the fold's run folder, and make it if it is not there: it may be resumed by itself."""
    fold = fold_job.folder
    if fold.recipe.exists():
        return locked(fold.path, wait_seconds)
    facts = dataclasses.replace(run.read_data(), folds=None, seed=fold_job.seed)
    return fold.created(fold_job.recipe.to_toml(), facts, force=fold.path.exists())
