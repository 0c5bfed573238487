"""Write `rows.bin` of the shipped models, from the files that they were trained on.

    python -m bench.accuracy.rows_bin digit-recognizer.zip swiss_numbers.npz

Trains nothing: `model.onnx` stays as it is. The rows are those that a training would write: the
files must have the SHA-256 of `lineage` in model.json, and the split, by the seed and the share of
the recipe, its SHA-256 of the row numbers. A training of its own writes rows.bin by itself.
"""

from __future__ import annotations

import hashlib
import json
import sys
import tempfile
from pathlib import Path

import numpy as np

from bench.accuracy.train_pictures import lay_out
from tenfold.classifier import WEIGHTS, find_model
from tenfold.digits import Digits, Rows, stratified_split
from tenfold.model_folder import write_model
from tenfold.model_folder.rows_seen import RowsSeen
from tenfold.sources import open_digits
from tenfold.sources.opening import join_training


def sources_of(name: str, data: str, swiss: str, work: Path) -> list[str]:
    return [data, *map(str, lay_out(swiss, work))] if name == "pictures" else [data]


def split_of(name: str, digits: Digits) -> tuple[Rows, Rows]:
    """(trained on, kept out); AssertionError where they are not those of the training."""
    facts = find_model(name).facts
    lineage = facts.lineage
    assert [file.sha256 for file in digits.files] == [file.sha256 for file in lineage.files]
    validation = facts.recipe.validation
    train, kept_out = stratified_split(digits.labelled(), validation, facts.seed)
    if not validation:
        train, kept_out = np.arange(len(digits)), train[:0]
    digest = hashlib.sha256(train.astype("<i8").tobytes()).hexdigest()
    assert digest == lineage.rows_sha256, f"{name} was trained on other rows"
    return train, kept_out


def main(data: str, swiss: str) -> None:
    made = {}
    for name in ("mnist", "pictures"):
        with tempfile.TemporaryDirectory() as work:
            paths = sources_of(name, data, swiss, Path(work))
            digits = join_training([open_digits(path, ("train",)) for path in paths])
        train, kept_out = split_of(name, digits)
        seen = RowsSeen.of([digits.take(train)], [digits.take(kept_out)])
        model = find_model(name)
        write_model(WEIGHTS / name, model.graph, model.facts, seen)
        made[name] = {
            "trained_on": len(train),
            "chosen_by": len(kept_out),
            "bytes": len(seen.to_bytes()),
            "false_positive_rate": seen.false_positive_rate,
        }
    print(json.dumps(made))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: python -m bench.accuracy.rows_bin digit-recognizer.zip swiss_numbers.npz")
    main(*sys.argv[1:])
