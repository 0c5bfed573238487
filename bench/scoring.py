"""Measure scoring on this machine, each engine and, where its Python is given, the Keras notebook.

    python bench/scoring.py digit-recognizer.zip [--keras .venv-keras/bin/python] [--keep]

- `tenfold predict test.csv` to a checked submission.csv, the whole process: seconds on the clock,
  processor seconds, most memory; against the notebook's own reading, predicting and writing
- the classifier alone, images a second, against `keras predict` of the notebook's network
- one image at a time, milliseconds
- with --agreement, whether the engines agree on the 42,000 rows of train.csv

Prints tables and ends in one JSON line; --keep also writes it to records/<date>_scoring/. All are
measured in turn, A B C A B C; quote the medians, and on a busy machine the processor seconds.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any, get_args

import numpy as np

from tenfold.classifier import Classifier, Engine, find_model
from tenfold.digits import Digits, Images
from tenfold.environment import describe
from tenfold.files import staged_folder, write_whole
from tenfold.sources import open_digits

BENCH = Path(__file__).parent
KERAS_SCRIPT = BENCH / "peers" / "keras_predict.py"
SINGLE_CALLS = 1000
ENGINES: list[Engine] = [name for name in get_args(Engine) if name != "auto" and find_spec(name)]
COLUMNS = {
    "seconds": ("whole command, s", 2),
    "cpu_seconds": ("whole command, processor seconds", 2),
    "peak_mb": ("whole command, most memory, MB", 0),
    "images_per_second": ("classifier alone, images a second", 0),
    "images_per_cpu_second": ("classifier alone, images a processor second", 0),
    "single_ms": ("one image, ms", 2),
    "single_ms_p99": ("one image, 99th percentile, ms", 2),
}

Numbers = dict[str, float]
Rounds = dict[str, list[Numbers]]  # of each participant


def process(*command: str) -> tuple[Numbers, str]:
    """What a command costs as a whole, and what it printed."""
    began = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        printed = child.stdout.read()
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        sys.exit(f"{' '.join(command)} ended with {child.returncode}")
    costs = {
        "seconds": time.perf_counter() - began,
        "cpu_seconds": used.ru_utime + used.ru_stime,
        "peak_mb": used.ru_maxrss * 1024 / 1e6,  # Linux counts in KiB
    }
    return costs, printed


def speed(classifier: Classifier, images: Images) -> Numbers:
    """All rows, then some one by one."""
    began, cpu = time.perf_counter(), time.process_time()
    classifier.outputs(images)
    costs = {
        "images_per_second": len(images) / (time.perf_counter() - began),
        "images_per_cpu_second": len(images) / (time.process_time() - cpu),
    }
    single = []
    for row in range(SINGLE_CALLS):
        began = time.perf_counter()
        classifier.outputs(images[row : row + 1])
        single.append(1000 * (time.perf_counter() - began))
    return costs | {
        "single_ms": statistics.median(single),
        "single_ms_p99": float(np.percentile(single, 99)),
    }


def tenfold_round(classifier: Classifier, images: Images, test: str, submission: str) -> Numbers:
    command = [sys.executable, "-m", "tenfold", "predict", test, "-o", submission, "--force"]
    options = ["--quiet", "--engine", classifier.engine, "--model", classifier.model.path]
    costs, _ = process(*command, *options)
    return costs | speed(classifier, images)


def keras_round(python: str, test: str, submission: str) -> Numbers:
    """The clock begins in the script, which leaves out the start of its Python."""
    _, printed = process(python, str(KERAS_SCRIPT), test, submission, "--repeats", "1")
    answer = json.loads(printed.splitlines()[-1])
    return {
        "seconds": answer["seconds"]["written"],
        "cpu_seconds": answer["cpu_seconds"],
        "peak_mb": answer["peak_mb"],
        "images_per_second": answer["rows"] / answer["predict_seconds"][0],
        "images_per_cpu_second": answer["rows"] / answer["predict_cpu_seconds"][0],
    }


def agreement(classifiers: list[Classifier], digits: Digits) -> dict[str, float]:
    """Of onnxruntime and openvino, on labelled rows."""
    one, other = (classifier.probabilities(digits.images) for classifier in classifiers)
    labels = digits.labelled()
    right, other_right = ((found.argmax(axis=1) == labels).mean() for found in (one, other))
    return {
        "rows": len(digits),
        "same_digit": float((one.argmax(axis=1) == other.argmax(axis=1)).mean()),
        "accuracy_difference_points": float(100 * (other_right - right)),
        "probability_difference_max": float(np.abs(one - other).max()),
    }


def median(rounds: list[Numbers], key: str) -> float:
    return statistics.median(costs[key] for costs in rounds)


def over_keras(ours: list[Numbers], keras: list[Numbers]) -> Numbers:
    """How many times as fast, by medians."""
    times = {key: median(keras, key) / median(ours, key) for key in ("seconds", "cpu_seconds")}
    rates = ("images_per_second", "images_per_cpu_second")
    return times | {key: median(ours, key) / median(keras, key) for key in rates}


def table(rounds: Rounds) -> Iterator[str]:
    """In Markdown, which reads as it stands too."""
    yield "| what | who | least | median | most |"
    yield "|---|---|---|---|---|"
    for key, (what, places) in COLUMNS.items():
        for name, costs in rounds.items():
            if key in costs[0]:
                values = [cost[key] for cost in costs]
                figures = (min(values), statistics.median(values), max(values))
                yield (
                    f"| {what} | {name} | " + " | ".join(f"{f:,.{places}f}" for f in figures) + " |"
                )


def commit() -> str:
    """Of the checkout, with + where its files differ from it."""
    git = ["git", "-C", str(BENCH), "describe", "--always", "--abbrev=40", "--dirty=+"]
    return subprocess.run(git, check=True, capture_output=True, text=True).stdout.strip()


def write_record(folder: Path, record: dict[str, Any], lines: list[str]) -> None:
    environment = record["environment"]
    page = f"""# Scoring, {record["date"]}

`{record["command"]}`, commit {record["commit"]}; {environment["threads"]} threads of
{environment["cpu"]}, load average {record["load_average"][0]:.1f} before and \
{record["load_average"][1]:.1f} after. {record["runs"]} rounds in turn.

{chr(10).join(lines)}
"""
    with staged_folder(folder, force=False, ours=("README.md", "scoring.json")) as staged:
        write_whole(staged / "scoring.json", json.dumps(record) + "\n")
        write_whole(staged / "README.md", page)


def measure(given: argparse.Namespace, classifiers: list[Classifier], images: Images) -> Rounds:
    rounds: Rounds = {f"tenfold, {one.engine}": [] for one in classifiers}
    rounds |= {"the notebook in Keras": []} if given.keras else {}
    with tempfile.TemporaryDirectory() as folder:
        with zipfile.ZipFile(given.data) as archive:
            test = archive.extract("test.csv", folder)
        submission = str(Path(folder, "submission.csv"))
        for _ in range(given.runs):
            for one in classifiers:
                costs = tenfold_round(one, images, test, submission)
                rounds[f"tenfold, {one.engine}"].append(costs)
            if given.keras:
                rounds["the notebook in Keras"].append(keras_round(given.keras, test, submission))
    return rounds


def main() -> None:
    today = datetime.now(UTC).date()
    parser = argparse.ArgumentParser(description="Measure scoring.")
    parser.add_argument("data", help="digit-recognizer.zip")
    parser.add_argument("--keras", help="the Python of bench/peers/requirements.txt")
    parser.add_argument("--model", default="rows")
    parser.add_argument("--engine", choices=ENGINES, help="this one alone")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--agreement", action="store_true")
    parser.add_argument(
        "--keep", nargs="?", type=Path, const=BENCH / "records" / f"{today}_scoring", metavar="DIR"
    )
    given = parser.parse_args()
    if given.keep and given.keep.exists():
        parser.error(f"{given.keep} exists")
    began_under = os.getloadavg()[0]
    source = open_digits(given.data, ("train", "test") if given.agreement else ("test",))
    images, model = source.rows_to_predict().images, find_model(given.model)
    engines: list[Engine] = [given.engine] if given.engine else ENGINES
    classifiers = [Classifier(model, engine=engine) for engine in engines]
    rounds = measure(given, classifiers, images)
    lines = list(table(rounds))
    record: dict[str, Any] = {"bench": "scoring", "date": str(today), "runs": given.runs}
    words = [Path(word).name for word in sys.argv[1:]]  # where files lie is nobody's concern
    record |= {"command": f"python bench/scoring.py {' '.join(words)}", "commit": commit()}
    record |= {"load_average": [began_under, os.getloadavg()[0]], "model": model.version}
    record |= {"rows": len(images), "auto": Classifier(model, tiles=len(images)).engine}
    record["rounds"] = rounds
    if keras := rounds.pop("the notebook in Keras", None):
        record["over_keras"] = {name: over_keras(ours, keras) for name, ours in rounds.items()}
        record["rounds"] = rounds | {"the notebook in Keras": keras}
    if given.agreement and len(classifiers) > 1:
        record["agreement"] = agreement(classifiers, source.training_rows())
    record = json.loads(json.dumps(record), parse_float=lambda text: float(f"{float(text):.4g}"))
    record["environment"] = describe()
    if given.keep:
        write_record(given.keep, record, lines)
    print("\n".join(lines))
    print(json.dumps(record))


if __name__ == "__main__":
    main()
