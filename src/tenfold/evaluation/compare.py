"""Compare two evaluations on the same rows: which is better, and whether these rows can tell."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import numpy as np

from tenfold.console import shell_word
from tenfold.digits import Rows
from tenfold.errors import DataError, UsageError
from tenfold.evaluation.comparison import COUNT, ENTRIES, Comparison, DifferingRow, Side
from tenfold.evaluation.evaluation import Evaluation
from tenfold.evaluation.given_predictions import are_predictions, given_probabilities
from tenfold.evaluation.measured_on import MeasuredOn
from tenfold.evaluation.stored_evaluation import StoredEvaluation, read_stored
from tenfold.files import refuse_existing, staged_folder
from tenfold.metrics import compare_paired
from tenfold.progress import SILENT, Progress

ELSEWHERE = (
    "measure both on the same labelled rows (tenfold evaluate RUN --data FILE --out DIR) and "
    "compare the two DIRs"
)


def compare(
    a: str | os.PathLike[str],
    b: str | os.PathLike[str],
    *,
    out: str | None = None,
    force: bool = False,
    count: int = COUNT,
    progress: Progress = SILENT,
) -> Comparison:
    """Compare two runs, or folders that `tenfold evaluate --out` wrote, on their common rows.

    One of the two may be anybody's predictions for the rows of the other: a CSV of labels or
    probabilities, or an ONNX file.

    With `out`, the differing rows are written there, `count` of each kind as pictures. Two trained
    models are compared, not two recipes: another seed of the same recipe is another model. Raises
    DataError if the data differ or the two have no measured row in common, and OutputError.
    """
    if out is not None:
        refuse_existing(out, force=force, ours=ENTRIES)
    comparison = compare_stored(*_both(os.fspath(a), os.fspath(b), progress))
    if out is not None:
        with staged_folder(Path(out), force=force, ours=ENTRIES) as folder:
            comparison.write(folder, count)
        progress.say(f"differing rows: {Path(out) / 'differing.png'}, differing.csv")
    return comparison


def _both(a: str, b: str, progress: Progress) -> tuple[StoredEvaluation, StoredEvaluation]:
    """Both evaluations; predictions that were made elsewhere belong to the rows of the other."""
    if are_predictions(a) and are_predictions(b):
        raise UsageError(
            f"{a} and {b}: both are predictions, and neither says for which rows",
            hint=f"measure each first: tenfold evaluate {shell_word(a)} --data LABELLED --out DIR",
        )
    if are_predictions(a):
        other = read_stored(b)
        return _beside(other, a, progress), other
    first = read_stored(a)
    return first, _beside(first, b, progress) if are_predictions(b) else read_stored(b)


def _beside(other: StoredEvaluation, path: str, progress: Progress) -> StoredEvaluation:
    """The predictions of the file `path` for the rows that `other` was measured on."""
    measured = other.evaluation
    probabilities = given_probabilities(
        path, measured.images, numbers=measured.rows, of=other.rows, say=progress.say
    )
    measured_on = MeasuredOn("given", len(measured), len(measured))
    evaluation = replace(measured, probabilities=probabilities, measured_on=measured_on)
    return StoredEvaluation(path, evaluation, other.files, other.rows)


def compare_stored(a: StoredEvaluation, b: StoredEvaluation) -> Comparison:
    """Compare two evaluations in memory. Raises DataError as `compare` does."""
    both = f"{a.path} and {b.path}"
    if a.files is not None and b.files is not None and a.files != b.files:
        raise DataError(
            f"{both}: were measured on different data (the SHA-256 of their files differ)",
            hint=f"compare runs of the same files, or {ELSEWHERE}",
        )
    _, in_a, in_b = np.intersect1d(a.evaluation.rows, b.evaluation.rows, return_indices=True)
    if not len(in_a):
        raise DataError(
            f"{both}: have no measured row in common ({a.coverage} and {b.coverage})",
            hint="train both with the same --seed, which chooses the rows kept out, or with "
            f"--folds 10, which measures all; or {ELSEWHERE}",
        )
    first, second = a.evaluation, b.evaluation
    if not (
        np.array_equal(first.images[in_a], second.images[in_b])
        and np.array_equal(first.labels[in_a], second.labels[in_b])
    ):
        raise DataError(
            f"{both}: rows of the same number have different pictures or labels",
            hint=f"compare runs of the same files, or {ELSEWHERE}",
        )
    counts = compare_paired(first.correct[in_a], second.correct[in_b])
    return Comparison(a, b, counts, _differing(first, second, in_a, in_b))


def _differing(a: Evaluation, b: Evaluation, in_a: Rows, in_b: Rows) -> tuple[DifferingRow, ...]:
    """Collect the rows that only one of the two read right, the surest mistake first.

    in_a, in_b int64 [k]: the indices of the common rows in `a` and in `b`.
    """
    found = []
    for i, j in zip(in_a.tolist(), in_b.tolist(), strict=True):
        if a.correct[i] == b.correct[j]:
            continue
        label = int(a.labels[i])
        digits = int(a.predictions[i]), int(b.predictions[j])
        probabilities = float(a.confidence[i]), float(b.confidence[j])
        right: Side = "A" if a.correct[i] else "B"
        wrong = b.probabilities[j] if right == "A" else a.probabilities[i]
        importance = float(wrong.max() - wrong[label])
        place, row = a.places[i], int(a.rows[i])
        found.append(
            DifferingRow(row, place, label, right, digits, probabilities, importance, a.images[i])
        )
    return tuple(sorted(found, key=lambda row: -row.importance))
