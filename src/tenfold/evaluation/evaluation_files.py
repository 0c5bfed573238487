"""The files of an evaluation: numbers and tables for people and programs, arrays to read back."""

from __future__ import annotations

import csv
import errno
import io
import json
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from tenfold.digits import CLASSES, SIDE
from tenfold.evaluation.evaluation import Evaluation
from tenfold.evaluation.measured_on import MeasuredOn
from tenfold.files import write_json, write_whole
from tenfold.files.saved_files import damage_as_data_error, read_arrays

EVALUATION_FILES = (
    "metrics.json",
    "confusion.csv",
    "mistakes.csv",
    "calibration.csv",
    "risk_coverage.csv",
    "val_probabilities.npz",
)


def write_evaluation(evaluation: Evaluation, folder: Path) -> None:
    """Write the EVALUATION_FILES into `folder`. Raises OutputError."""
    write_json(folder / "metrics.json", evaluation.numbers())
    for name, table in _tables(evaluation).items():
        write_whole(folder / name, table)
    write_whole(
        folder / "val_probabilities.npz",
        lambda file: np.savez_compressed(
            file,
            images=evaluation.images,
            labels=evaluation.labels,
            probabilities=evaluation.probabilities,
            rows=evaluation.rows,
            places=np.array(evaluation.places),
            answered_accuracy=evaluation.answered_accuracy,
            measured_on=np.array(
                json.dumps(evaluation.measured_on.to_json()) if evaluation.measured_on else ""
            ),
        ),
    )


def _tables(evaluation: Evaluation) -> dict[str, str]:
    """Format the tables as CSV, by the names of their files."""
    bins, curve = evaluation.calibration, evaluation.risk_coverage
    return {
        "confusion.csv": csv_text(
            ["label", *(f"predicted_{digit}" for digit in range(CLASSES))],
            [[digit, *evaluation.confusion[digit]] for digit in range(CLASSES)],
        ),
        "mistakes.csv": csv_text(
            ["row", "place", "label", "prediction", "probability", "probability_of_label"],
            [
                [m.row, m.place, m.label, m.prediction, f"{m.probability:.6f}"]
                + [f"{m.probability_of_label:.6f}"]
                for m in evaluation.top_losses(None)
            ],
        ),
        "calibration.csv": csv_text(
            ["low", "high", "confidence", "accuracy", "count"],
            np.column_stack(
                [bins.low, bins.high, bins.confidence, bins.accuracy, bins.count]
            ).tolist(),
        ),
        "risk_coverage.csv": csv_text(
            ["threshold", "coverage", "risk"],
            np.column_stack([curve.threshold, curve.coverage, curve.risk]).tolist(),
        ),
    }


def read_evaluation(folder: Path) -> Evaluation:
    """Read the evaluation that `write_evaluation` left in a report folder.

    Raises FileNotFoundError where there is none, DataError where it is damaged.
    """
    path = folder / "val_probabilities.npz"
    if not path.exists():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))
    with damage_as_data_error(path), path.open("rb") as file:
        evaluation = _read_arrays(file)
        if fault := _fault(evaluation):
            raise ValueError(fault)
    return evaluation


def _read_arrays(file: BinaryIO) -> Evaluation:
    arrays = read_arrays(file)
    return Evaluation(
        arrays["images"],
        arrays["labels"],
        arrays["probabilities"],
        arrays["rows"],
        tuple(map(str, arrays["places"].ravel().tolist())),
        float(arrays["answered_accuracy"]),
        _measured_on(str(arrays["measured_on"])),
    )


def _measured_on(saved: str) -> MeasuredOn | None:
    """Parse the description of the rows; None where an earlier version left plain words."""
    return MeasuredOn.from_json(json.loads(saved)) if saved.startswith("{") else None


def _fault(evaluation: Evaluation) -> str | None:
    """Why these arrays are no valid evaluation; None where they are valid."""
    n = evaluation.labels.size
    for array, kind, shape in (
        (evaluation.images, "u1", (n, SIDE, SIDE)),
        (evaluation.labels, "i8", (n,)),
        (evaluation.probabilities, "f4", (n, CLASSES)),
        (evaluation.rows, "i8", (n,)),
    ):
        if array.dtype != kind or array.shape != shape:
            return f"holds {array.dtype} {array.shape} for {np.dtype(kind)} {shape}"
    if len(evaluation.places) != n:
        return f"{len(evaluation.places):,} places for {n:,} rows"
    if not np.isin(evaluation.labels, np.arange(CLASSES)).all():
        return "a label is no digit"
    if not ((evaluation.probabilities >= 0) & (evaluation.probabilities <= 1)).all():
        return "a probability is not in 0..1"
    if not 0 < evaluation.answered_accuracy <= 1:
        return "the share to answer rightly is not in 0..1"
    if not n or evaluation.rows.min() < 0 or len(np.unique(evaluation.rows)) != n:
        return "a row is there twice, or is no row"
    if evaluation.measured_on is not None and evaluation.measured_on.rows != n:
        return f"is measured on {evaluation.measured_on.rows:,} rows, and holds {n:,}"
    return None


def csv_text(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Format a table as CSV with a header line."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([header, *rows])
    return text.getvalue()
