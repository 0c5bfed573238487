"""What `tenfold audit` finds of labels that were made wrong.

    python -m bench.accuracy.audit digit-recognizer.zip

Flips 2 % of the labels of train.csv to another digit at random, trains two epochs of `fast` on
them, and audits the rows kept out; seeds 0, 1 and 2. Prints a line a seed and ends in a JSON line.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from tenfold.digits import CLASSES, Digits
from tenfold.environment import describe
from tenfold.evaluation.label_errors import find_label_errors
from tenfold.recipes import RECIPES
from tenfold.run_folder import RunFolder
from tenfold.run_folder.facts import RunFacts
from tenfold.sources import open_digits
from tenfold.training.job import TrainingJob
from tenfold.training.single_model import train

SEEDS = (0, 1, 2)
FLIPPED = 0.02
EPOCHS = 2


def audit_of(digits: Digits, seed: int, folder: Path) -> dict[str, Any]:
    random = np.random.default_rng(seed)
    true = digits.labelled()
    flipped = random.permutation(len(digits)) < FLIPPED * len(digits)
    labels = np.where(flipped, (true + random.integers(1, CLASSES, len(true))) % CLASSES, true)
    recipe = RECIPES["fast"].replace({"epochs": EPOCHS})
    run = RunFolder(folder)
    run.create(recipe.to_toml(), RunFacts(seed=seed), force=False)
    evaluation = train(TrainingJob(run, Digits(digits.images, labels), recipe, seed)).evaluation
    assert evaluation is not None
    found, _ = find_label_errors(evaluation.labels, evaluation.probabilities)
    wrong = flipped[evaluation.rows]
    first = wrong[found][: int(wrong.sum())]
    return {
        "seed": seed,
        "rows": len(evaluation),
        "flipped": int(wrong.sum()),
        "suspects": len(found),
        "flipped_among_suspects": int(wrong[found].sum()),
        "flipped_among_first": int(first.sum()),  # of as many suspects as are flipped
    }


def main(data: str) -> None:
    digits = open_digits(data).train
    assert digits is not None
    results = []
    with tempfile.TemporaryDirectory() as folder:
        for seed in SEEDS:
            results.append(audit_of(digits, seed, Path(folder, str(seed))))
            print(results[-1], flush=True)
    print(json.dumps({"bench": "audit", "seeds": results, "environment": describe()}))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m bench.accuracy.audit digit-recognizer.zip")
    main(sys.argv[1])
