"""The run folder: where each file of a run lies, and how it is read and written.

A run can be listed, compared, resumed and reproduced from its folder alone. Every other module
asks this one for paths, so the layout is written down once.
"""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from tenfold.errors import DataError, UsageError
from tenfold.files import explained, write_json, write_whole

EPOCH_FIELDS = (
    "epoch",
    "seconds",
    "lr",
    "train_loss",
    "train_accuracy",
    "val_loss",
    "val_accuracy",
)

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True)
class RunFolder:
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

    def begin(self, recipe_toml: str, data: Mapping[str, Any], *, force: bool) -> None:
        """Make the folder with what a resumption needs; with `force`, in place of an old run.

        Raises UsageError if what is there is no run, OutputError if it cannot be written; nothing
        is left of a run that could not be begun.
        """
        with explained(self.path):
            if force and os.path.lexists(self.path):
                self._remove()
            self.path.mkdir(parents=True)
        try:
            write_whole(self.recipe, recipe_toml)
            self.write_data(data)
        except BaseException:
            shutil.rmtree(self.path, ignore_errors=True)
            raise

    def _remove(self) -> None:
        if not self.recipe.is_file() and (not self.path.is_dir() or any(self.path.iterdir())):
            raise UsageError(
                f"{self.path}: is not a run folder, and --force replaces only those",
                hint="choose another --out",
            )
        shutil.rmtree(self.path)

    def write_epochs(self, epochs: Sequence[Mapping[str, float]]) -> None:
        text = io.StringIO()
        writer = csv.DictWriter(text, EPOCH_FIELDS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(epochs)
        write_whole(self.epochs, text.getvalue())

    def read_epochs(self) -> list[dict[str, float]]:
        """One dict an epoch, keys as EPOCH_FIELDS; empty before the first epoch has ended."""
        if not self.epochs.exists():
            return []
        with self.epochs.open(newline="", encoding="utf-8") as file:
            return [
                {key: float(value) for key, value in row.items()} for row in csv.DictReader(file)
            ]

    def write_split(self, train: Rows, validation: Rows) -> None:
        write_whole(
            self.split,
            lambda file: np.savez_compressed(file, train=train, validation=validation),
        )

    def read_split(self) -> tuple[Rows, Rows]:
        with np.load(self.split, allow_pickle=False) as arrays:
            return arrays["train"], arrays["validation"]

    def write_data(self, data: Mapping[str, Any]) -> None:
        write_json(self.data, data)

    def read_data(self) -> dict[str, Any]:
        return _read_json(self.data)

    def read_environment(self) -> dict[str, Any]:
        return _read_json(self.environment)


def _read_json(path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return loaded


def existing_run(path: str | os.PathLike[str]) -> RunFolder:
    """The run at `path`. Raises DataError if there is none."""
    run = RunFolder(Path(path))
    if not run.recipe.is_file():
        raise DataError(
            f"{path}: not a run folder (it has no recipe.toml)",
            hint="give the folder that `tenfold run --out` named",
        )
    return run


def next_free(recipe: str, parent: Path = Path("runs")) -> Path:
    """runs/<recipe>-<n> with the lowest n, from 1, after all that exist."""
    taken = [0]
    if parent.is_dir():
        for entry in parent.iterdir():
            name, _, number = entry.name.rpartition("-")
            if name == recipe and number.isdecimal():
                taken.append(int(number))
    return parent / f"{recipe}-{max(taken) + 1}"
