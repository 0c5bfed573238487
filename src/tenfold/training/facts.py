"""The content of model.json: recipe, lineage, rows seen, and what the model was measured on."""

from __future__ import annotations

import hashlib
import os
from dataclasses import asdict, replace

from tenfold import environment
from tenfold.digits import CLASSES, Digits, Rows
from tenfold.digits.file_facts import FileFacts
from tenfold.evaluation.evaluation import Evaluation
from tenfold.evaluation.measured_on import MeasuredOn
from tenfold.model_folder.facts import Lineage, MeasuredFacts, ModelFacts, RecipeFacts
from tenfold.model_folder.rows_seen import RowsSeen
from tenfold.recipes import Recipe
from tenfold.training.loop.teacher import Teacher


def model_facts(
    recipe: Recipe, seed: int, temperature: float, digits: Digits, train_rows: Rows
) -> ModelFacts:
    """Content of model.json for a model that has not been measured yet."""
    return ModelFacts(
        recipe=RecipeFacts.from_json(asdict(recipe)),
        seed=seed,
        labels=tuple(str(digit) for digit in range(CLASSES)),
        temperature=temperature,
        reject_threshold=0.0,
        lineage=lineage(digits, train_rows),
        packages=environment.package_versions(),
    )


def validation_rows(
    digits: Digits, val_rows: Rows, recipe: Recipe, teacher: Teacher | None
) -> MeasuredOn:
    """Description of the validation rows `val_rows` of `digits`, as the rows of a figure."""
    remembered = 0 if teacher is None else int(teacher.trained_on(digits.take(val_rows)).sum())
    return MeasuredOn(
        "kept_out",
        len(val_rows),
        len(digits),
        start="" if teacher is None else teacher.name,
        remembered=remembered,
        complete=teacher is None or teacher.seen.complete,
        steered=recipe.schedule == "plateau",
    )


def lineage(digits: Digits, train_rows: Rows) -> Lineage:
    """The data files and rows that the weights have seen, as model.json keeps them."""
    # without the folders of the machine: the model travels
    files = (replace(FileFacts.of(file), name=_base_name(file.name)) for file in digits.files)
    rows_sha256 = hashlib.sha256(train_rows.astype("<i8").tobytes()).hexdigest()
    return Lineage(tuple(files), len(train_rows), rows_sha256)


def rows_seen(
    digits: Digits, train_rows: Rows, val_rows: Rows, teacher: Teacher | None
) -> RowsSeen:
    """The rows that the weights have seen, those of the teacher included."""
    seen = RowsSeen.of([digits.take(train_rows)], [digits.take(val_rows)])
    return seen if teacher is None else seen | teacher.seen


def _base_name(name: str) -> str:
    """`train.csv` of `data/digit-recognizer.zip: train.csv`."""
    return os.path.basename(name.rpartition(": ")[2].rstrip("/"))


def measured_facts(evaluation: Evaluation) -> MeasuredFacts:
    """The figures of an evaluation, as `measured` of model.json keeps them."""
    low, high = evaluation.accuracy.interval
    rows = evaluation.measured_on
    assert rows is not None
    return MeasuredFacts(
        metric="accuracy",
        accuracy=evaluation.accuracy.value,
        n=len(evaluation),
        accuracy_95_low=low,
        accuracy_95_high=high,
        ece=evaluation.cross_fitted.ece,
        rows=str(rows),
        measured_rows=rows.to_json(),
        note=" ".join(rows.notes),
    )
