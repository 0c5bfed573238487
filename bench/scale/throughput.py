"""Rows a second, processor seconds and memory of `tenfold score`, beside its pieces and a script.

    python -m bench.scale.throughput digit-recognizer.zip --rows 300000 --runs 3

Measures in turn, A B C A B C: reading and parsing alone, the classifier alone, `score` with one and
two workers on CSV and on Parquet, and what a user would write: pandas or pyarrow in chunks, and
onnxruntime with its defaults. Prints a table and ends in one JSON line. Memory is the largest sum
over all processes of their proportional set sizes (Linux).
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
from pathlib import Path
from typing import Any

import numpy as np

from bench.scale.made_rows import noisy_rows, write_csv, write_parquet
from tenfold.classifier import Classifier, find_model
from tenfold.environment import describe
from tenfold.scale.inputs import RowOptions, form_of
from tenfold.scale.inputs.finding import find_inputs
from tenfold.sources import open_digits

POLL_SECONDS = 0.1
CHUNK_ROWS = 10_000


def parse(path: str, engine: str) -> None:
    """Read and parse alone."""
    (file,) = find_inputs([path], RowOptions().options, print)
    rows = 0
    for cut in form_of(file).cuts(file, 20_000):
        rows += sum(len(batch.rows) for batch in form_of(file).read(file, cut, RowOptions()))
    print(rows)


def classify(path: str, engine: str) -> None:
    """The classifier alone: as many tiles as the file has rows, from memory, on one thread."""
    tiles = np.load(path).reshape(-1, 28, 28)
    classifier = Classifier.load("mnist", engine=engine, threads=1)  # type: ignore[arg-type]
    classifier.outputs(tiles)


def script(path: str, engine: str) -> None:
    """What a user would write: chunks, and onnxruntime with its defaults."""
    import onnxruntime
    import pandas as pd
    import pyarrow.parquet as pq

    session = onnxruntime.InferenceSession(find_model("mnist").graph)
    if path.endswith(".csv"):
        frames = (f.to_numpy() for f in pd.read_csv(path, chunksize=CHUNK_ROWS, dtype=np.uint8))
    else:
        batches = pq.ParquetFile(path).iter_batches(CHUNK_ROWS)
        frames = (b.column(0).flatten().to_numpy().reshape(-1, 784) for b in batches)
    row = 1
    with tempfile.NamedTemporaryFile("w") as out:
        for chunk in frames:
            tiles = chunk.reshape(-1, 28, 28)
            (probabilities,) = session.run(["probabilities"], {"images": tiles})
            ids = range(row, row + len(tiles))
            best = probabilities.max(axis=1)
            frame = pd.DataFrame({"id": ids, "label": probabilities.argmax(axis=1), "p": best})
            frame.to_csv(out, header=False, index=False)
            row += len(tiles)


ALONE = {"parse": parse, "classify": classify, "script": script}


def measure(command: list[str]) -> dict[str, float]:
    """Wall and processor seconds of a command with its children, and their memory in MB."""
    began = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    peak = 0.0
    while True:
        ended, status, usage = os.wait4(process.pid, os.WNOHANG)
        if ended:
            break
        peak = max(peak, sum(map(_pss_mb, [process.pid, *_children(process.pid)])))
        time.sleep(POLL_SECONDS)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)}: exit code {process.returncode}")
    return {
        "seconds": time.monotonic() - began,
        "processor_seconds": usage.ru_utime + usage.ru_stime,
        "memory_mb": peak,
    }


def _children(pid: int) -> list[int]:
    try:
        listed = Path(f"/proc/{pid}/task/{pid}/children").read_text()
        threads = Path(f"/proc/{pid}/task").iterdir()
        return [int(c) for task in threads for c in (task / "children").read_text().split()]
    except OSError:
        return [int(child) for child in listed.split()] if "listed" in locals() else []


def _pss_mb(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:")), 0.0)


def commands(work: Path, engine: str) -> dict[str, list[str]]:
    alone = [sys.executable, "-m", "bench.scale.throughput", "--alone"]
    csv, parquet = str(work / "rows.csv"), str(work / "rows.parquet")
    score = [sys.executable, "-m", "tenfold", "score", "--force", "--engine", engine]
    out = ["-o", str(work / "out"), "--workers"]
    return {
        "CSV: parsing alone": [*alone, "parse", csv, engine],
        "the classifier alone, one thread": [*alone, "classify", str(work / "rows.npy"), engine],
        "CSV: score, 1 worker": [*score, csv, *out, "1"],
        "CSV: score, 2 workers": [*score, csv, *out, "2"],
        "CSV: pandas + onnxruntime": [*alone, "script", csv, engine],
        "Parquet: reading alone": [*alone, "parse", parquet, engine],
        "Parquet: score, 1 worker": [*score, parquet, *out, "1"],
        "Parquet: score, 2 workers": [*score, parquet, *out, "2"],
        "Parquet: pyarrow + onnxruntime": [*alone, "script", parquet, engine],
    }


def prepare(data: str, work: Path, rows: int) -> None:
    images = open_digits(data, ("train",)).training_rows().images
    with (work / "rows.csv").open("wb") as file:
        write_csv(images, rows, file)
    write_parquet(images, rows, work / "rows.parquet", wide=False)
    np.save(work / "rows.npy", np.concatenate(list(noisy_rows(images, rows))))


def summary(rows: int, runs: list[dict[str, float]]) -> dict[str, Any]:
    medians = {name: statistics.median(run[name] for run in runs) for name in runs[0]}
    spread = [min(run["seconds"] for run in runs), max(run["seconds"] for run in runs)]
    return medians | {"rows_per_second": rows / medians["seconds"], "seconds_min_max": spread}


def main() -> None:
    if sys.argv[1] == "--alone":
        ALONE[sys.argv[2]](*sys.argv[3:5])
        return
    parser = argparse.ArgumentParser(description="Measure tenfold score.")
    parser.add_argument("data", help="digit-recognizer.zip")
    parser.add_argument("--rows", type=int, default=300_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--engine", default="openvino")
    parser.add_argument("--only", default="", help="those whose names hold this text")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        prepare(given.data, work, given.rows)
        chosen = {n: c for n, c in commands(work, given.engine).items() if given.only in n}
        runs: dict[str, list[dict[str, float]]] = {name: [] for name in chosen}
        for _ in range(given.runs):
            for name, command in chosen.items():
                runs[name].append(measure(command))
    results = {name: summary(given.rows, found) for name, found in runs.items()}
    print(f"{'':34}{'rows/s':>9}{'seconds':>9}{'CPU s':>8}{'MB':>6}")
    for name, r in results.items():
        print(
            f"{name:34}{r['rows_per_second']:9,.0f}{r['seconds']:9.1f}"
            f"{r['processor_seconds']:8.1f}{r['memory_mb']:6.0f}"
        )
    told = {"rows": given.rows, "runs": given.runs, "engine": given.engine}
    print(json.dumps(told | {"results": results, "machine": describe()}))


if __name__ == "__main__":
    main()
