"""Reports of a small evaluation, with and without the facts of a training."""

from __future__ import annotations

import re
from importlib.util import find_spec
from typing import Any

import numpy as np
import pytest

from tenfold.evaluation.evaluation import Evaluation
from tenfold.evaluation.measured_on import MeasuredOn
from tenfold.evaluation.report import Report
from tenfold.recipes import RECIPES
from tenfold.run_folder.facts import RunFacts

needs_extra = pytest.mark.skipif(
    find_spec("matplotlib") is None or find_spec("jinja2") is None,
    reason="drawing needs the 'report' extra",
)

FIGURES = {
    "calibration.png",
    "confusion.png",
    "confusion_normalized.png",
    "learning_curves.png",
    "risk_coverage.png",
    "top_losses.png",
}

EPOCHS = [
    {
        "epoch": epoch,
        "seconds": 1.5,
        "lr": 0.1 / epoch,
        "train_loss": 1 / epoch,
        "train_accuracy": 1 - 0.3 / epoch,
        "val_loss": 0.8 / epoch,
        "val_accuracy": 1 - 0.2 / epoch,
    }
    for epoch in (1, 2, 3)
]

KEPT_OUT = MeasuredOn("kept_out", 60, 300)

FILE = {"sha256": "", "name": "mine.csv"}
DATA = {
    "files": [{"name": "train.csv", "sha256": "ab" * 32, "size_bytes": 4000, "rows": 300}],
    "rows": 300,
    "train_rows": 240,
    "validation_rows": 60,
    "class_counts": [30] * 10,
    "warnings": ["train.csv:4711 is blank"],
}


def evaluation(
    mistakes: int = 15,
    n: int = 60,
    place: str = "train.csv:{}",
    measured_on: MeasuredOn | None = None,
) -> Evaluation:
    """Of `n` rows the last `mistakes` are read as the next digit, each a little surer."""
    labels = np.arange(n) % 10
    read = np.where(np.arange(n) >= n - mistakes, (labels + 1) % 10, labels)
    sure = np.linspace(0.6, 0.99, n, dtype=np.float32)
    probabilities = np.repeat((1 - sure[:, None]) / 9, 10, axis=1)
    probabilities[np.arange(n), read] = sure
    images = np.random.default_rng(0).integers(0, 256, (n, 28, 28), dtype=np.uint8)
    places = tuple(place.format(row + 2) for row in range(n))
    return Evaluation(images, labels, probabilities, np.arange(n), places, 0.9, measured_on)


def facts_of(data: dict[str, Any] | None) -> RunFacts | None:
    """A data.json with these facts."""
    if data is None:
        return None
    return RunFacts.from_json({"paths": [], "seed": 0, "files": []} | data)


def full_report(**changes: Any) -> Report:
    known = {"title": "fast-1", "recipe": RECIPES["fast"], "epochs": EPOCHS, "data": facts_of(DATA)}
    known["environment"] = {"python": "3.11.7", "threads": 2, "packages": {"numpy": "2.4.6"}}
    return Report(evaluation(measured_on=KEPT_OUT), **(known | changes))


def page_of(report: Report) -> str:
    """The page with its charts left out, which take most of the time."""
    from tenfold.evaluation.report import figures, html

    return html.render(
        report, dict.fromkeys([*figures.HISTORY, "calibration", "risk_coverage"], "")
    )


def text_of(page: str) -> str:
    """What a reader sees, in one line."""
    body = re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]*>", " ", body).replace("&#8239;", " ").split())
