"""Run one participant on one fold: a peer by its script, a recipe by the command line.

Both are processes of their own, so that each pays for its imports and none warms another up.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from tenfold.digits import stratified_folds
from tenfold.environment import package_versions
from tenfold.evaluation.evaluation_files import read_evaluation
from tenfold.files import write_json
from tenfold.recipes import find_recipe
from tenfold.run_folder import RunFolder

FOLDS = 10
TRAIN_PEER = Path(__file__).parents[1] / "peers" / "train_peer.py"


@dataclass(frozen=True, eq=False)
class Fold:
    """One fold of Kaggle's rows, its folder, and what trains on it. `keras` is the Python that has
    Keras; `commit` is what the recipes are of."""

    number: int
    folder: Path
    data: Path
    train_csv: Path
    seed: int
    keras: Path
    commit: str | None

    @property
    def rows(self) -> Path:
        return self.folder / "rows.npz"

    def write_rows(self, labels: np.ndarray[Any, np.dtype[np.int64]]) -> None:
        """Write the row numbers that `tenfold train --folds 10` gives this fold."""
        kept_out = stratified_folds(labels, FOLDS) == self.number
        self.folder.mkdir(parents=True, exist_ok=True)
        np.savez(self.rows, train=np.flatnonzero(~kept_out), validation=np.flatnonzero(kept_out))

    def train_peer(self, name: str, epochs: int | None, slice_rows: int | None) -> None:
        """Train a peer up to `epochs` in all, from where it stopped; None: as many as published."""
        python = self.keras if name.startswith("keras") else Path(sys.executable)
        command = [str(python), str(TRAIN_PEER), name, "--seed", str(self.seed + self.number)]
        paths = {"train": self.train_csv, "rows": self.rows, "out": self.folder / "peers" / name}
        command += [word for key, path in paths.items() for word in (f"--{key}", str(path))]
        command += ["--epochs", str(epochs)] if epochs else []
        command += ["--slice", str(slice_rows)] if slice_rows else []
        # without TensorFlow's start-up notes
        subprocess.run(command, check=True, env=os.environ | {"TF_CPP_MIN_LOG_LEVEL": "2"})

    def train_recipe(self, recipe: str) -> None:
        """Train by one unbroken command and record its wall clock; an interrupted one starts
        again."""
        name = find_recipe(recipe).name
        result, out = self.folder / "recipes" / f"{name}.json", self.folder / "recipes" / name
        if result.exists():
            print(f"{name}: measured before; to measure it again delete {result}", file=sys.stderr)
            return
        shutil.rmtree(out, ignore_errors=True)
        tenfold = str(Path(sys.executable).with_name("tenfold"))
        command = [tenfold, "train", str(self.data), "--recipe", recipe, "--seed", str(self.seed)]
        command += ["--folds", str(FOLDS), "--only", str(self.number), "--final", "none"]
        clock = time.perf_counter()
        subprocess.run([*command, "--out", str(out)], check=True, stdout=subprocess.DEVNULL)
        seconds = time.perf_counter() - clock
        write_json(result, self._recipe_result(recipe, RunFolder(out), seconds))

    def _recipe_result(self, recipe: str, run: RunFolder, seconds: float) -> dict[str, Any]:
        evaluation = read_evaluation(run.report)
        part = run.fold(self.number)
        with np.load(self.rows, allow_pickle=False) as rows:
            trained_on, _ = part.read_split(len(rows["train"]) + len(rows["validation"]))
            assert np.array_equal(trained_on, rows["train"])
            assert np.array_equal(evaluation.rows, rows["validation"])
        fields, environment = find_recipe(str(part.recipe)), part.read_environment()
        epochs = "1 epoch" if fields.epochs == 1 else f"{fields.epochs} epochs"
        networks = f"{fields.members} networks, " if fields.members > 1 else ""
        return {
            "title": f"tenfold {find_recipe(recipe).name}",
            "source": " ".join(["tenfold", "train", "DATA", "--recipe", recipe]),
            "conditions": f"{networks}{epochs}, {environment['precision']}",
            "seconds": seconds,
            "n": len(evaluation),
            "hits": evaluation.accuracy.hits,
            "details": {
                "seed": self.seed + self.number,
                "threads": environment["training_threads"],
                "device": environment["device"],
                "versions": package_versions(),
                "commit": self.commit,
            },
        }
