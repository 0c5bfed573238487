"""A training job: the rows, the recipe, the seed, and the run folder that it fills."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tenfold.digits import Digits
from tenfold.progress import SILENT, Progress
from tenfold.recipes import Recipe
from tenfold.run_folder import RunFolder
from tenfold.training.loop.fit import never
from tenfold.training.loop.precision import FastSettings
from tenfold.training.loop.teacher import Teacher


@dataclass(frozen=True, eq=False)
class TrainingJob:
    """Everything that describes one training.

    With a `teacher`, its networks are trained further instead of new ones. `faster` are the
    settings that are used where the recipe leaves them open; None: those that are fastest on this
    machine. `stop` is asked before each step and ends the training where it says True, resumably.
    """

    folder: RunFolder
    digits: Digits
    recipe: Recipe
    seed: int
    teacher: Teacher | None = None
    faster: FastSettings | None = None
    stop: Callable[[], bool] = never
    callbacks: Sequence[object] = ()
    progress: Progress = SILENT

    def fold(self, number: int) -> TrainingJob:
        """The job of one fold of a cross-validation, in a run folder and with a seed of its own."""
        return dataclasses.replace(self, folder=self.folder.fold(number), seed=self.seed + number)

    def refit(self) -> TrainingJob:
        """The same job on all rows, with none kept out for validation."""
        recipe = self.recipe.replace({"validation": 0.0, "epochs": self.recipe.epochs})
        return dataclasses.replace(self, recipe=recipe)

    @property
    def calibrated_teacher(self) -> Teacher | None:
        """The teacher, where there are too few rows to set temperature and threshold by."""
        teacher = self.teacher
        return teacher if teacher is not None and teacher.keeps_calibration(self.digits) else None
