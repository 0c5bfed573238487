"""Measure scoring on this machine, each engine and, where its Python is given, the Keras notebook.

    python bench/scoring.py digit-recognizer.zip [--keras .venv-keras/bin/python] [--keep]

- `tenfold predict test.csv` to a checked submission.csv, the whole process: seconds on the clock,
  processor seconds, most memory; against the notebook's own reading, predicting and writing
- the classifier alone, images a second, against `keras predict` of the notebook's network
- one image at a time, milliseconds
- with --agreement, whether the engines agree on the 42,000 rows of train.csv

Prints tables and ends in one JSON line; --keep also writes it to records/<date>_scoring/. All are
measured in turn, A B C A B C; quote the medians, and on a busy machine the processor seconds.
--rows takes the first rows alone, to try the script out.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any, get_args

import numpy as np

if not __package__:  # run by its path: the package `bench` is beside it
    sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.fixtures.checkout import commit
from bench.speed.rounds import NOTEBOOK, measure
from bench.speed.scoring_record import over_keras, sentences, table, write_record
from tenfold.classifier import Classifier, Engine, find_model
from tenfold.digits import Digits
from tenfold.environment import describe
from tenfold.sources import open_digits

BENCH = Path(__file__).parent
ENGINES: list[Engine] = [name for name in get_args(Engine) if name != "auto" and find_spec(name)]


def agreement(classifiers: list[Classifier], digits: Digits) -> dict[str, float]:
    """Compare onnxruntime's and openvino's answers on labelled rows."""
    one, other = (classifier.probabilities(digits.images) for classifier in classifiers)
    labels = digits.labelled()
    right, other_right = ((found.argmax(axis=1) == labels).mean() for found in (one, other))
    return {
        "rows": len(digits),
        "same_digit": float((one.argmax(axis=1) == other.argmax(axis=1)).mean()),
        "accuracy_difference_points": float(100 * (other_right - right)),
        "probability_difference_max": float(np.abs(one - other).max()),
    }


def parsed() -> argparse.Namespace:
    today = datetime.now(UTC).date()
    parser = argparse.ArgumentParser(description="Measure scoring.")
    parser.add_argument("data", help="digit-recognizer.zip")
    parser.add_argument("--keras", help="the Python of bench/peers/requirements.txt")
    parser.add_argument("--model", default="mnist")
    parser.add_argument("--engine", choices=ENGINES, help="this one alone")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--rows", type=int, help="so many alone")
    parser.add_argument("--agreement", action="store_true")
    parser.add_argument(
        "--keep", nargs="?", type=Path, const=BENCH / "records" / f"{today}_scoring", metavar="DIR"
    )
    given = parser.parse_args()
    if given.keep and given.keep.exists():
        parser.error(f"{given.keep} exists")
    return given


def main() -> None:
    given = parsed()
    began_under = os.getloadavg()[0]
    source = open_digits(given.data, ("train", "test") if given.agreement else ("test",))
    images, model = source.rows_to_predict().images[: given.rows], find_model(given.model)
    engines: list[Engine] = [given.engine] if given.engine else ENGINES
    classifiers = [Classifier(model, engine=engine) for engine in engines]
    rounds = measure(given.data, classifiers, images, keras=given.keras, runs=given.runs)
    words = [Path(word).name for word in sys.argv[1:]]  # where files lie is nobody's concern
    record: dict[str, Any] = {
        "bench": "scoring",
        "date": str(datetime.now(UTC).date()),
        "command": f"python bench/scoring.py {' '.join(words)}",
        "commit": commit(),
        "load_average": [began_under, os.getloadavg()[0]],
        "model": model.version,
        "rows": len(images),
        "auto": Classifier(model, tiles=len(images)).engine,
        "runs": given.runs,
        "rounds": rounds,
    }
    if keras := rounds.get(NOTEBOOK):
        record["over_keras"] = {
            name: over_keras(ours, keras) for name, ours in rounds.items() if name != NOTEBOOK
        }
    if given.agreement and len(classifiers) > 1:
        record["agreement"] = agreement(classifiers, source.training_rows())
    record = json.loads(json.dumps(record), parse_float=lambda text: float(f"{float(text):.6g}"))
    record["environment"] = describe()
    lines = [*table(record["rounds"]), "", *sentences(record)]
    if given.keep:
        write_record(given.keep, record, lines)
    print("\n".join(lines))
    print(json.dumps(record))


if __name__ == "__main__":
    main()
