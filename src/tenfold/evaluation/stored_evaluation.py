"""Stored evaluations: that of a run, or one that `tenfold evaluate --out` wrote."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

from tenfold.errors import DataError
from tenfold.evaluation.evaluation import Evaluation
from tenfold.evaluation.evaluation_files import read_evaluation
from tenfold.files.saved_files import damage_as_data_error
from tenfold.run_folder import RunFolder
from tenfold.run_folder.facts import EvaluationFacts


@dataclass(frozen=True, eq=False)
class StoredEvaluation:
    """An evaluation on disk, with its path as typed and the data files that it belongs to.

    `files` are the SHA-256 of the data files in the order of their rows, `rows` the number of rows
    in these files, measured or not; both are None where they were not recorded.
    """

    path: str
    evaluation: Evaluation
    files: tuple[str, ...] | None
    rows: int | None

    @property
    def coverage(self) -> str:
        """The number of measured rows out of all: `4,200 of 42,000 rows`."""
        measured = len(self.evaluation)
        of_all = f" of {self.rows:,}" if self.rows is not None and self.rows > measured else ""
        return f"{measured:,}{of_all} rows"


def read_stored(path: str | os.PathLike[str]) -> StoredEvaluation:
    """Read the evaluation at `path`, a run folder or a report folder. Raises DataError."""
    run = RunFolder(Path(path))
    if os.path.isfile(run.recipe):
        evaluation = read_run_evaluation(run)
    else:
        try:
            evaluation = read_evaluation(run.path)
        except FileNotFoundError as missing:
            raise DataError(
                f"{path}: neither a run folder (it has no recipe.toml) nor one that tenfold "
                "evaluate --out wrote (it has no val_probabilities.npz)",
                hint="give the folder that tenfold run, train or evaluate --out named",
            ) from missing
    files, rows = _data_files(run.data) if run.data.exists() else (None, None)
    return StoredEvaluation(os.fspath(path), evaluation, files, rows)


def read_run_evaluation(run: RunFolder) -> Evaluation:
    """Read the evaluation of a run. Raises DataError where there is none, or a damaged one."""
    try:
        return read_evaluation(run.report)
    except FileNotFoundError as missing:
        raise DataError(
            f"{run.path}: this run has no evaluation (report/{Path(missing.filename).name})",
            hint=f"if it was interrupted, go on with: {run.resume_command()}",
        ) from missing


def _data_files(path: Path) -> tuple[tuple[str, ...], int]:
    """Read the SHA-256 of the files that a data.json names, and the sum of their rows."""
    with damage_as_data_error(path):
        facts = EvaluationFacts.from_json(json.loads(path.read_text(encoding="utf-8")))
        return tuple(file.sha256 for file in facts.files), facts.rows
