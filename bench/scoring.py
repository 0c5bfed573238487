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

from checkout import commit
from tenfold.classifier import Classifier, Engine, find_model
from tenfold.digits import Digits, Images
from tenfold.environment import describe
from tenfold.files import staged_folder, write_whole
from tenfold.sources import open_digits

BENCH = Path(__file__).parent
KERAS_SCRIPT = BENCH / "peers" / "keras_predict.py"
NOTEBOOK = "the notebook in Keras"
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


# In a small process of its own: a child counts the memory of the process that it was forked from.
COSTS = """
import json, resource, subprocess, sys, time
began = time.perf_counter()
subprocess.run(sys.argv[1:], check=True)
seconds = time.perf_counter() - began
used = resource.getrusage(resource.RUSAGE_CHILDREN)
costs = {"seconds": seconds, "cpu_seconds": used.ru_utime + used.ru_stime}
print(json.dumps(costs | {"peak_mb": used.ru_maxrss * 1024 / 1e6}))  # Linux counts in KiB
"""


def printed_by(*command: str) -> dict[str, Any]:
    """The JSON of a command's last line."""
    ended = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(ended.stdout.splitlines()[-1])


def speed(classifier: Classifier, images: Images) -> Numbers:
    """All rows, then some one by one."""
    began, cpu = time.perf_counter(), time.process_time()
    classifier.outputs(images)
    costs = {
        "images_per_second": len(images) / (time.perf_counter() - began),
        "images_per_cpu_second": len(images) / (time.process_time() - cpu),
    }
    single = []
    for row in range(min(SINGLE_CALLS, len(images))):
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
    costs = printed_by(sys.executable, "-c", COSTS, *command, *options)
    return costs | speed(classifier, images)


def keras_round(python: str, test: str, submission: str) -> Numbers:
    """The clock begins in the script, which leaves out the start of its Python."""
    answer = printed_by(python, str(KERAS_SCRIPT), test, submission, "--repeats", "1")
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


def sentences(record: dict[str, Any]) -> Iterator[str]:
    for name, times in record.get("over_keras", {}).items():
        yield (
            f"{name}, times as fast as the notebook: the whole command {times['seconds']:.1f} by "
            f"the clock and {times['cpu_seconds']:.1f} by processor seconds, the classifier alone "
            f"{times['images_per_second']:.1f} and {times['images_per_cpu_second']:.1f}.\n"
        )
    if found := record.get("agreement"):
        yield (
            f"On {found['rows']:,} labelled rows the engines give the same digit for "
            f"{found['same_digit']:.4%}; openvino's accuracy is "
            f"{found['accuracy_difference_points']:+.4f} points off."
        )


def write_record(folder: Path, record: dict[str, Any], lines: list[str]) -> None:
    environment, (before, after) = record["environment"], record["load_average"]
    page = f"""# Scoring, {record["date"]}

`{record["command"]}`,
commit {record["commit"]}; {environment["threads"]} threads of
{environment["cpu"]} ({", ".join(environment["cpu_flags"])}), load average \
{before:.1f} before and {after:.1f} after. Rounds in turn: {record["runs"]}.

{chr(10).join(lines)}
"""
    with staged_folder(folder, force=False, ours=("README.md", "scoring.json")) as staged:
        write_whole(staged / "scoring.json", json.dumps(record) + "\n")
        write_whole(staged / "README.md", page)


def measure(given: argparse.Namespace, classifiers: list[Classifier], images: Images) -> Rounds:
    rounds: Rounds = {f"tenfold, {one.engine}": [] for one in classifiers}
    rounds |= {NOTEBOOK: []} if given.keras else {}
    with tempfile.TemporaryDirectory() as folder:
        with zipfile.ZipFile(given.data) as archive:
            test = _first_rows(archive.read("test.csv"), len(images), Path(folder, "test.csv"))
        submission = str(Path(folder, "submission.csv"))
        for _ in range(given.runs):
            for one in classifiers:
                costs = tenfold_round(one, images, test, submission)
                rounds[f"tenfold, {one.engine}"].append(costs)
            if given.keras:
                rounds[NOTEBOOK].append(keras_round(given.keras, test, submission))
    return rounds


def _first_rows(content: bytes, rows: int, path: Path) -> str:
    path.write_bytes(b"".join(content.splitlines(keepends=True)[: rows + 1]))
    return str(path)


def parsed() -> argparse.Namespace:
    today = datetime.now(UTC).date()
    parser = argparse.ArgumentParser(description="Measure scoring.")
    parser.add_argument("data", help="digit-recognizer.zip")
    parser.add_argument("--keras", help="the Python of bench/peers/requirements.txt")
    parser.add_argument("--model", default="rows")
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
    rounds = measure(given, classifiers, images)
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
