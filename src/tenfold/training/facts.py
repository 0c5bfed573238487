"""What a model folder says of its making: recipe, lineage, and what it was measured on."""

from __future__ import annotations

import hashlib
import os
from dataclasses import asdict
from typing import Any

from tenfold import environment
from tenfold.digits import CLASSES, Digits, Rows
from tenfold.evaluation.evaluate import Evaluation
from tenfold.evaluation.measured_on import MeasuredOn
from tenfold.recipes import Recipe
from tenfold.rows_seen import RowsSeen
from tenfold.training.start import Start


def model_facts(
    recipe: Recipe, seed: int, temperature: float, digits: Digits, train_rows: Rows
) -> dict[str, Any]:
    """What model.json says of a model that has not been measured yet."""
    return {
        "recipe": asdict(recipe),
        "seed": seed,
        "labels": [str(digit) for digit in range(CLASSES)],
        "temperature": temperature,
        "reject_threshold": 0.0,
        "measured": None,
        "lineage": lineage(digits, train_rows),
        "packages": environment.package_versions(),
    }


def kept_out(digits: Digits, val_rows: Rows, recipe: Recipe, start: Start | None) -> MeasuredOn:
    remembered = 0 if start is None else int(start.trained_on(digits.take(val_rows)).sum())
    return MeasuredOn(
        "kept_out",
        len(val_rows),
        len(digits),
        start="" if start is None else start.name,
        remembered=remembered,
        complete=start is None or start.seen.complete,
        steered=recipe.schedule == "plateau",
    )


def lineage(digits: Digits, train_rows: Rows) -> dict[str, Any]:
    """What the weights have seen, so that nobody measures them on it unawares."""
    return {
        # without the folders of the machine: the model travels
        "files": [file.to_json() | {"name": _base_name(file.name)} for file in digits.files],
        "rows": len(train_rows),
        "rows_sha256": hashlib.sha256(train_rows.astype("<i8").tobytes()).hexdigest(),
    }


def rows_seen(digits: Digits, train_rows: Rows, val_rows: Rows, start: Start | None) -> RowsSeen:
    """The rows that the weights have seen, with those of the model that they began as."""
    seen = RowsSeen.of([digits.take(train_rows)], [digits.take(val_rows)])
    return seen if start is None else seen | start.seen


def _base_name(name: str) -> str:
    """`train.csv` of `data/digit-recognizer.zip: train.csv`."""
    return os.path.basename(name.rpartition(": ")[2].rstrip("/"))


def measured_facts(evaluation: Evaluation) -> dict[str, Any]:
    """`measured` of model.json."""
    low, high = evaluation.accuracy.interval
    rows = evaluation.measured_on
    assert rows is not None
    return {
        "metric": "accuracy",
        "accuracy": evaluation.accuracy.value,
        "n": len(evaluation),
        "accuracy_95_low": low,
        "accuracy_95_high": high,
        "ece": evaluation.cross_fitted.ece,
        "rows": str(rows),
        "measured_rows": rows.to_json(),
        "note": " ".join(rows.notes),
    }
