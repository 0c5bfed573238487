"""From trained networks to a measured model folder: export, measure that file, add the figures."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from torch import nn

from tenfold import environment
from tenfold.classifier import Classifier
from tenfold.digits import CLASSES, Digits, Rows
from tenfold.evaluation.evaluate import Evaluation
from tenfold.files import staged_folder
from tenfold.model_folder import ModelFolder, write_model
from tenfold.recipes import Recipe
from tenfold.run_folder import RunFolder
from tenfold.training.networks.to_onnx import Deployed, check_parity, onnx_graph


@dataclass(frozen=True, eq=False)
class TrainedModel:
    """The model folder that a training wrote, and its evaluation; None where there is none."""

    model: ModelFolder | None
    evaluation: Evaluation | None


@dataclass(frozen=True, eq=False)
class Measurement:
    """The evaluation of a staged model, and the probability below which its answers are unsure."""

    evaluation: Evaluation | None
    reject_threshold: float


def write_measured_model(
    run: RunFolder,
    networks: Sequence[nn.Module],
    digits: Digits,
    val_rows: Rows,
    facts: dict[str, Any],
    measure: Callable[[Classifier], Measurement],
    note: str = "",
) -> TrainedModel:
    """Stage the model folder, `measure` the staged model, write the figures into it, rename it."""
    deployed = Deployed(networks, facts["temperature"])
    graph = onnx_graph(deployed)
    with staged_folder(run.model, force=True) as staged:
        model = write_model(staged, graph, facts)
        check_parity(deployed, model, digits.images[val_rows] if len(val_rows) else digits.images)
        measurement = measure(Classifier(model))
        evaluation = measurement.evaluation
        if evaluation is not None:
            facts["reject_threshold"] = measurement.reject_threshold
            facts["measured"] = measurement_json(evaluation, note)
            model = write_model(staged, graph, facts)
    return TrainedModel(ModelFolder(str(run.model), model.graph, model.facts), evaluation)


def model_facts(
    recipe: Recipe, seed: int, temperature: float, digits: Digits, train_rows: Rows
) -> dict[str, Any]:
    """Content of model.json for a model that has not been measured yet."""
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


def lineage(digits: Digits, train_rows: Rows) -> dict[str, Any]:
    """The data files and rows that the weights have seen, as model.json keeps them."""
    return {
        # without the folders of the machine: the model travels
        "files": [file.to_json() | {"name": _base_name(file.name)} for file in digits.files],
        "rows": len(train_rows),
        "rows_sha256": hashlib.sha256(train_rows.astype("<i8").tobytes()).hexdigest(),
    }


def _base_name(name: str) -> str:
    """`train.csv` of `data/digit-recognizer.zip: train.csv`."""
    return os.path.basename(name.rpartition(": ")[2].rstrip("/"))


def measurement_json(evaluation: Evaluation, note: str) -> dict[str, Any]:
    """The figures of an evaluation, as model.json keeps them."""
    low, high = evaluation.accuracy.interval
    return {
        "metric": "accuracy",
        "accuracy": evaluation.accuracy.value,
        "n": len(evaluation),
        "accuracy_95_low": low,
        "accuracy_95_high": high,
        "ece": evaluation.cross_fitted.ece,
        "rows": evaluation.measured_on,
        "note": note,
    }
