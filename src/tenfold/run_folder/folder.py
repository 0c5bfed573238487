"""The run folder: where each file of a run lies, and how it is read and written.

A run can be listed, compared, resumed and reproduced from its folder alone. Every other module
asks this one for paths, so the layout is written down once.
"""

from __future__ import annotations

import contextlib
import csv
import io
import json
import math
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from tenfold.console import shell_word
from tenfold.digits import Rows
from tenfold.errors import DataError
from tenfold.files import write_json, write_whole
from tenfold.files.json_shapes import fault
from tenfold.files.new_folder import new_folder
from tenfold.files.saved_files import DAMAGED, damage_as_data_error, read_arrays
from tenfold.run_folder.facts import RunFacts

EPOCH_FIELDS = (
    "epoch",
    "seconds",
    "lr",
    "train_loss",
    "train_accuracy",
    "val_loss",
    "val_accuracy",
)

ENTRIES = frozenset(
    ("recipe.toml", "environment.json", "data.json", "split.npz", "epochs.csv", "log.txt")
    + ("checkpoint", "model", "report", "submission.csv", "folds", "tensorboard")
)


@dataclass(frozen=True)
class RunFolder:
    """The folder of a run; each property is the path of one of its files or folders."""

    path: Path

    @property
    def recipe(self) -> Path:
        return self.path / "recipe.toml"

    @property
    def environment(self) -> Path:
        return self.path / "environment.json"

    @property
    def data(self) -> Path:
        return self.path / "data.json"

    @property
    def split(self) -> Path:
        return self.path / "split.npz"

    @property
    def epochs(self) -> Path:
        return self.path / "epochs.csv"

    @property
    def log(self) -> Path:
        return self.path / "log.txt"

    @property
    def checkpoint(self) -> Path:
        return self.path / "checkpoint" / "state.npz"

    @property
    def model(self) -> Path:
        return self.path / "model"

    @property
    def report(self) -> Path:
        return self.path / "report"

    @property
    def submission(self) -> Path:
        return self.path / "submission.csv"

    def fold(self, number: int) -> RunFolder:
        """One fold of a cross-validation, a run folder of its own."""
        return RunFolder(self.path / "folds" / str(number))

    def folds_with_models(self) -> list[RunFolder]:
        """The folds of a finished cross-validation with `final` none; else none."""
        with contextlib.suppress(DataError, *DAMAGED):
            folds = self.read_data().folds
            if folds is not None and folds.final == "none":
                numbers = folds.only or range(folds.count)
                folds_found = [self.fold(number) for number in numbers]
                if all(os.path.isdir(fold.model) for fold in folds_found):
                    return folds_found
        return []

    def resume_command(self, *, submit: bool = False) -> str:
        """The command that resumes this run, or the cross-validation that it is a fold of.

        Its verb is that of the command that started the run; with `submit`, always `run`, because
        `train` leaves no submission.
        """
        run, above = self, RunFolder(self.path.parent.parent)
        if self.path.parent.name == "folds" and os.path.isfile(above.recipe):
            run = above
        verb = "run"
        with contextlib.suppress(DataError):
            if run.read_data().verb == "train" and not submit:
                verb = "train"
        return f"tenfold {verb} --resume {shell_word(str(run.path))}"

    @contextlib.contextmanager
    def created(self, recipe_toml: str, data: RunFacts, *, force: bool) -> Iterator[None]:
        """Create the folder with what a resumption needs, and hold its lock during the block.

        With `force`, it replaces an old run. The recipe, by which a run is recognised, is written
        last. Raises OutputError, also where another process works there; nothing is left of a run
        that could not be created.
        """

        def fill() -> None:
            self.write_data(data)
            write_whole(self.recipe, recipe_toml)

        folds = self.path.glob("folds/*/")  # another process may be resuming one of them
        with new_folder(self.path, fill, ours=ENTRIES, force=force, inner=folds):
            yield

    def create(self, recipe_toml: str, data: RunFacts, *, force: bool) -> None:
        """Create the folder as `created` does, and release its lock."""
        with self.created(recipe_toml, data, force=force):
            pass

    def discard_checkpoint(self) -> None:
        """Remove the checkpoint of a training that nobody will go on with."""
        with contextlib.suppress(OSError):
            shutil.rmtree(self.checkpoint.parent)

    def write_epochs(self, epochs: Sequence[Mapping[str, float]]) -> None:
        """Write the finished epochs, each with the EPOCH_FIELDS, as epochs.csv."""
        text = io.StringIO()
        writer = csv.DictWriter(text, EPOCH_FIELDS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(epochs)
        write_whole(self.epochs, text.getvalue())

    def read_epochs(self) -> list[dict[str, float]]:
        """The finished epochs, each with the EPOCH_FIELDS. Raises DataError."""
        if not self.epochs.exists():
            return []
        with (
            damage_as_data_error(self.epochs),
            self.epochs.open(newline="", encoding="utf-8") as file,
        ):
            epochs = [
                {key: float(row[key]) for key in EPOCH_FIELDS} for row in csv.DictReader(file)
            ]
            if any(math.isinf(value) for epoch in epochs for value in epoch.values()):
                raise ValueError("holds a number without end")
        return epochs

    def epochs_so_far(self) -> list[dict[str, float]]:
        """The finished epochs of a training in another process; none where their file cannot be
        read at the moment."""
        with contextlib.suppress(DataError, OSError):
            return self.read_epochs()
        return []

    def write_split(self, train: Rows, validation: Rows) -> None:
        write_whole(
            self.split,
            lambda file: np.savez_compressed(file, train=train, validation=validation),
        )

    def read_split(self, rows: int) -> tuple[Rows, Rows]:
        """The row numbers int64 of (train, validation): each of `rows` rows, none twice.

        Raises DataError.
        """
        with (
            damage_as_data_error(self.split),
            self.split.open("rb") as file,
        ):
            arrays = read_arrays(file)
            train, validation = arrays["train"], arrays["validation"]
            if any(side.dtype != np.int64 or side.ndim != 1 for side in (train, validation)):
                raise TypeError("holds no row numbers")
            if not np.array_equal(np.sort(np.concatenate([train, validation])), np.arange(rows)):
                raise ValueError(f"is no split of {rows:,} rows")
        return train, validation

    def write_data(self, data: RunFacts) -> None:
        write_json(self.data, data.to_json())

    def read_data(self) -> RunFacts:
        """The facts that `create` wrote, with what was added since. Raises DataError."""
        with damage_as_data_error(self.data):
            return RunFacts.from_json(_read_json(self.data))

    def read_environment(self) -> dict[str, Any]:
        """Versions, processor and threads that the run was started with. Raises DataError."""
        with damage_as_data_error(self.environment):
            return _read_json(self.environment)


def _read_json(path: Path) -> dict[str, Any]:
    loaded = json.loads(path.read_text(encoding="utf-8"))
    if problem := fault(loaded, {}):
        raise ValueError(problem)
    return dict(loaded)


def existing_run(path: str | os.PathLike[str]) -> RunFolder:
    """The run at `path`. Raises DataError if there is none."""
    run = RunFolder(Path(path))
    if not os.path.isfile(run.recipe):
        raise DataError(
            f"{path}: not a run folder (it has no recipe.toml)",
            hint="give the folder that `tenfold run --out` named",
        )
    return run
