"""Labels of which some are wrong on purpose."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from tenfold.digits import Labels, Rows
from tenfold.evaluation.evaluation import Evaluation
from tenfold.evaluation.evaluation_files import write_evaluation
from tenfold.evaluation.measured_on import MeasuredOn
from tenfold.files import write_json
from tenfold.metrics import Floats


def planted(n: int = 3000, seed: int = 0) -> tuple[Labels, Floats, Rows]:
    """Given labels, of which 2 % were flipped; probabilities of a model that finds 4 % of the rows
    hard and reads half of these wrong; and the flipped rows. Of a hard row it knows that."""
    random = np.random.default_rng(seed)
    true = random.integers(0, 10, n)
    flipped = random.choice(n, n // 50, replace=False)
    given = true.copy()
    given[flipped] = (true[flipped] + random.integers(1, 10, len(flipped))) % 10
    sure = random.beta(60, 1, n)
    other = (true + random.integers(1, 10, n)) % 10
    hard = random.random(n) < 0.04
    sure[hard] = random.uniform(0.2, 0.8, hard.sum())
    probabilities = np.full((n, 10), 1e-6)
    probabilities[np.arange(n), true] += sure
    probabilities[np.arange(n), other] += 1 - sure
    return given, probabilities / probabilities.sum(axis=1, keepdims=True), np.sort(flipped)


def report_folder(folder: Path, rows_in_files: int = 30_000) -> tuple[Path, Rows]:
    labels, probabilities, flipped = planted()
    n = len(labels)
    numbers = np.arange(n) * 10  # of a file ten times as long
    images = np.zeros((n, 28, 28), dtype=np.uint8)
    images[:, 14, 14] = 100
    evaluation = Evaluation(
        images,
        labels,
        probabilities.astype(np.float32),
        numbers,
        tuple(f"digits.zip: train.csv:{number + 2}" for number in numbers),
        measured_on=MeasuredOn("kept_out", 3000, 30_000),
    )
    write_evaluation(evaluation, folder)
    files = [{"sha256": "ab" * 32, "rows": rows_in_files}]
    write_json(folder / "data.json", {"files": files})
    return folder, numbers[flipped]
