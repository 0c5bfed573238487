"""Rounds of scoring in turn: each engine of tenfold, and the notebook in Keras."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from tenfold.classifier import Classifier
from tenfold.digits import Images

NOTEBOOK = "the notebook in Keras"
KERAS_SCRIPT = Path(__file__).parents[1] / "peers" / "keras_predict.py"
SINGLE_CALLS = 1000
Numbers = dict[str, float]
Rounds = dict[str, list[Numbers]]  # of each participant
# In a small process of its own: a child counts the memory of the process that it was forked from.
COSTS = """
import json, resource, subprocess, sys, time
start = time.perf_counter()
subprocess.run(sys.argv[1:], check=True)
seconds = time.perf_counter() - start
used = resource.getrusage(resource.RUSAGE_CHILDREN)
costs = {"seconds": seconds, "cpu_seconds": used.ru_utime + used.ru_stime}
print(json.dumps(costs | {"peak_mb": used.ru_maxrss * 1024 / 1e6}))  # Linux counts in KiB
"""


def printed_by(*command: str) -> dict[str, Any]:
    """Run a command and parse the JSON of its last line."""
    ended = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(ended.stdout.splitlines()[-1])


def speed(classifier: Classifier, images: Images) -> Numbers:
    """Time the classifier on all rows, then on some rows one by one."""
    start, cpu = time.perf_counter(), time.process_time()
    classifier.outputs(images)
    costs = {
        "images_per_second": len(images) / (time.perf_counter() - start),
        "images_per_cpu_second": len(images) / (time.process_time() - cpu),
    }
    single = []
    for row in range(min(SINGLE_CALLS, len(images))):
        start = time.perf_counter()
        classifier.outputs(images[row : row + 1])
        single.append(1000 * (time.perf_counter() - start))
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
    """Time the notebook's scoring. Its clock begins in the script, without the start of Python."""
    answer = printed_by(python, str(KERAS_SCRIPT), test, submission, "--repeats", "1")
    return {
        "seconds": answer["seconds"]["written"],
        "cpu_seconds": answer["cpu_seconds"],
        "peak_mb": answer["peak_mb"],
        "images_per_second": answer["rows"] / answer["predict_seconds"][0],
        "images_per_cpu_second": answer["rows"] / answer["predict_cpu_seconds"][0],
    }


def measure(
    data: str, classifiers: Sequence[Classifier], images: Images, *, keras: str | None, runs: int
) -> Rounds:
    """Time `runs` rounds of every participant in turn on test.csv of the zip `data`, whose first
    rows are `images`; `keras` is the Python that has Keras."""
    rounds: Rounds = {f"tenfold, {classifier.engine}": [] for classifier in classifiers}
    rounds |= {NOTEBOOK: []} if keras else {}
    with tempfile.TemporaryDirectory() as folder:
        with zipfile.ZipFile(data) as archive:
            test = _first_rows(archive.read("test.csv"), len(images), Path(folder, "test.csv"))
        submission = str(Path(folder, "submission.csv"))
        for _ in range(runs):
            for classifier in classifiers:
                costs = tenfold_round(classifier, images, test, submission)
                rounds[f"tenfold, {classifier.engine}"].append(costs)
            if keras:
                rounds[NOTEBOOK].append(keras_round(keras, test, submission))
    return rounds


def _first_rows(content: bytes, rows: int, path: Path) -> str:
    path.write_bytes(b"".join(content.splitlines(keepends=True)[: rows + 1]))
    return str(path)
