"""The folds of a cross-validation, and its final training, as pieces of work for others.

A piece may be lost and begun again elsewhere: it goes on from its run folder's checkpoint. Nothing
but its run folder comes back.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tenfold.callbacks import call, epoch_logs
from tenfold.digits import Digits, stratified_folds
from tenfold.errors import Interrupted
from tenfold.recipes import Recipe
from tenfold.recipes.folds import Folds
from tenfold.run_folder import RunFolder
from tenfold.training.elsewhere import ComputeSettings, Tasks, Workers, refuse_unshared, started
from tenfold.training.fold import opened, train_fold
from tenfold.training.job import TrainingJob
from tenfold.training.loop.fit import epoch_line
from tenfold.training.single_model import fit_or_resume, training_params

LOCK_WAIT_SECONDS = 60.0  # a worker whose node was lost may live on for a while


@dataclass(frozen=True, eq=False)
class FoldPiece:
    """A fold by its number among `count`, in its run folder under `run`; None is the final training
    on all rows, in `run` itself, whose lock whoever waits for it holds."""

    run: Path
    number: int | None
    count: int
    recipe: Recipe
    seed: int
    settings: ComputeSettings


def carry_out_fold(piece: FoldPiece, digits: Digits) -> str:
    """Train a piece in its run folder; its accuracy in words. Raises what `train` raises."""
    run = RunFolder(piece.run)
    refuse_unshared(run)
    faster = piece.settings.apply()
    job = TrainingJob(run, digits, piece.recipe, piece.seed, faster=faster)
    if piece.number is None:
        fit_or_resume(job.refit())
        return "done"
    kept_out = stratified_folds(digits.labelled(), piece.count) == piece.number
    accuracy = train_fold(job.fold(piece.number), run, kept_out, LOCK_WAIT_SECONDS)
    return f"validation accuracy: {accuracy}"


def train_at_once(job: TrainingJob, folds: Folds, left: Sequence[int], workers: Workers) -> None:
    """Have the folds that are `left` trained, and the final training where there is one.

    Raises Interrupted once the job's `stop` says so; what pieces raise.
    """
    numbers: list[int | None] = [*left]
    if folds.final == "refit" and not at_end(job.folder, job.recipe):
        numbers.append(None)
        if not job.folder.split.exists():
            every = np.arange(len(job.digits))
            job.folder.write_split(every, every[:0])
    if not numbers:
        return
    say = job.progress.say
    with started(workers, job.recipe, job.digits, say) as (tasks, settings, rows):
        trainings = _Trainings(job)
        for number in numbers:
            name, folder = _name(number), job.folder
            if number is not None:
                folder = job.folder.fold(number)
                with opened(job.fold(number), job.folder):  # a worker that has it finds it made
                    pass
            trainings.add(name, folder)
            piece = FoldPiece(job.folder.path, number, folds.count, job.recipe, job.seed, settings)
            tasks.submit(name, carry_out_fold, piece, rows)
        at_once = min(tasks.at_once, len(numbers))
        say(f"{len(numbers)} trainings, {at_once} at once, {tasks.threads} threads each")
        trainings.follow(tasks)


def at_end(run: RunFolder, recipe: Recipe) -> bool:
    """Whether a training has come to its last epoch."""
    return run.checkpoint.exists() and len(run.epochs_so_far()) >= int(recipe.epochs)


class _Trainings:
    """Trainings under way elsewhere, seen by their run folders."""

    def __init__(self, job: TrainingJob) -> None:
        self._job, self._epochs = job, int(job.recipe.epochs)
        self._folders: dict[str, RunFolder] = {}
        self._seen: dict[str, int] = {}

    def add(self, name: str, folder: RunFolder) -> None:
        self._folders[name], self._seen[name] = folder, len(folder.epochs_so_far())

    def follow(self, tasks: Tasks) -> None:
        """Show what they do until they have ended. Raises Interrupted."""
        job, length, done = self._job, self._epochs * len(self._seen), sum(self._seen.values())
        with job.progress.bar(length, "training", done=done, count=True) as advance:
            while len(tasks):
                if job.stop():
                    left = len(self._folders)
                    raise Interrupted(f"stopped in {left} trainings", hint="resume the run")
                answers = tasks.done()
                self._show_epochs(advance)
                for name, answer in answers.items():
                    job.progress.say(f"{name}: {answer}")
                    _tell(job, self._folders.pop(name))

    def _show_epochs(self, advance: Callable[[int, str], None]) -> None:
        for name, folder in self._folders.items():
            epochs = folder.epochs_so_far()
            if (now := len(epochs)) > (before := self._seen[name]):
                self._seen[name] = now
                advance(now - before, f"{name} {now}/{self._epochs}")
                self._job.progress.note(f"{name}: {epoch_line(epochs[-1], self._epochs)}")


def _name(number: int | None) -> str:
    return "the training on all rows" if number is None else f"fold {number}"


def _tell(job: TrainingJob, folder: RunFolder) -> None:
    """Tell the callbacks of a training that has ended elsewhere, as if they had been there."""
    epochs = folder.read_epochs()
    call(job.callbacks, "set_params", training_params(job.recipe, folder))
    call(job.callbacks, "on_train_begin", {})
    for number, epoch in enumerate(epochs):
        call(job.callbacks, "on_epoch_begin", number, {})
        call(job.callbacks, "on_epoch_end", number, epoch_logs(epoch))
    call(job.callbacks, "on_train_end", epoch_logs(epochs[-1]))
