"""Rows a second, processor seconds and memory of `tenfold score`, beside its pieces and a script.

    python -m bench.scale.throughput digit-recognizer.zip --rows 5000000 --memory 100000,10000000

Makes the rows, and measures in turn, A B C A B C: reading and parsing alone, the classifier alone
on one thread and on all, `score` with one worker and with two on CSV and on Parquet, and what a
user would write: pandas or pyarrow in chunks, and onnxruntime with its defaults. Then the memory
of two workers for other numbers of rows. A million rows take 1.8 GB as CSV and 0.25 as Parquet, in
a folder in --work. Prints a table and ratios, and ends in one JSON line.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from bench.scale.family import Costs, measure_family
from bench.scale.made_rows import noisy_rows, write_csv, write_parquet
from tenfold.classifier import Classifier, find_model
from tenfold.digits import Images
from tenfold.environment import describe, threads_available
from tenfold.scale.inputs import RowOptions, form_of
from tenfold.scale.inputs.finding import find_inputs
from tenfold.sources import open_digits

CHUNK_ROWS = 10_000
TILES = 100_000  # that the classifier alone reads, again and again

PARSING = {form: f"{form}: reading and parsing alone" for form in ("CSV", "Parquet")}
SCRIPT = {"CSV": "CSV: pandas + onnxruntime", "Parquet": "Parquet: pyarrow + onnxruntime"}
PANDAS = "CSV: pandas.read_csv alone, in chunks"
ONE_THREAD, ALL_THREADS = "the classifier alone, one thread", "the classifier alone, all threads"


def parse(path: str, engine: str, rows: int) -> None:
    """Read and parse alone, with the cutting and hashing that scoring needs."""
    (file,) = find_inputs([path], RowOptions().options, print)
    found = 0
    for cut in form_of(file).cuts(file, 20_000):
        found += sum(len(batch.rows) for batch in form_of(file).read(file, cut, RowOptions()))
    assert found == rows


def classify(path: str, engine: str, rows: int, threads: int = 1) -> None:
    """The classifier alone: so many tiles from memory."""
    tiles = np.load(path)
    classifier = Classifier.load("mnist", engine=engine, threads=threads)  # type: ignore[arg-type]
    for start in range(0, rows, len(tiles)):
        classifier.outputs(tiles[: rows - start])


def classify_at_once(path: str, engine: str, rows: int) -> None:
    classify(path, engine, rows, threads_available())


def pandas_alone(path: str, engine: str, rows: int) -> None:
    import pandas as pd

    assert sum(map(len, pd.read_csv(path, chunksize=CHUNK_ROWS, dtype=np.uint8))) == rows


def script(path: str, engine: str, rows: int) -> None:
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


ALONE: dict[str, Callable[[str, str, int], None]] = {
    "parse": parse,
    "classify": classify,
    "classify_at_once": classify_at_once,
    "pandas_alone": pandas_alone,
    "script": script,
}


def commands(work: Path, engine: str, rows: int) -> dict[str, list[str]]:
    def alone(function: Any, name: str) -> list[str]:
        module = [sys.executable, "-m", "bench.scale.throughput", "--alone"]
        return [*module, function.__name__, str(work / name), engine, str(rows)]

    found = {
        ONE_THREAD: alone(classify, "tiles.npy"),
        ALL_THREADS: alone(classify_at_once, "tiles.npy"),
        PANDAS: alone(pandas_alone, "rows.csv"),
    }
    for form, name in (("CSV", "rows.csv"), ("Parquet", "rows.parquet")):
        found[PARSING[form]] = alone(parse, name)
        for workers in (1, 2):
            found[_score(form, workers)] = score_command(work, name, engine, workers)
        found[SCRIPT[form]] = alone(script, name)
    return found


def _score(form: str, workers: int) -> str:
    return f"{form}: score, {workers} worker{'s' * (workers > 1)}"


def score_command(work: Path, name: str, engine: str, workers: int) -> list[str]:
    command = [sys.executable, "-m", "tenfold", "score", str(work / name), "-o", str(work / "out")]
    return [*command, "--force", "--quiet", "--engine", engine, "--workers", str(workers)]


def prepare(images: Images, work: Path, rows: int) -> None:
    with (work / "rows.csv").open("wb") as file:
        write_csv(images, rows, file)
    write_parquet(images, rows, work / "rows.parquet", wide=False)
    tiles = np.concatenate(list(noisy_rows(images, min(rows, TILES))))
    np.save(work / "tiles.npy", tiles.reshape(-1, 28, 28))


def ratios(results: dict[str, Costs]) -> dict[str, float]:
    """What the costs of the same rows say of each form; two workers on two cores."""
    clock = {name: costs["seconds"] for name, costs in results.items()}
    used = {name: costs["processor_seconds"] for name, costs in results.items()}
    found: dict[str, float] = {}
    for form in ("CSV", "Parquet"):
        parsing, one, two = PARSING[form], _score(form, 1), _score(form, 2)
        if any(name not in clock for name in (ONE_THREAD, ALL_THREADS, parsing, one, two)):
            continue
        found |= {
            # a core parses for a part of the time, and classifies in the rest
            f"{form}: speed of two workers / the classifier alone x its share of the cores": (
                (clock[ONE_THREAD] + clock[parsing]) / 2 / clock[two]
            ),
            f"{form}: speed of two workers / the classifier alone": clock[ALL_THREADS] / clock[two],
            f"{form}: time of two workers / reading and parsing alone in one process": (
                clock[two] / clock[parsing]
            ),
            f"{form}: speed of two workers / one worker": clock[one] / clock[two],
            f"{form}: processor time of one worker / parsing and classifying": (
                used[one] / (used[ONE_THREAD] + used[parsing])
            ),
        }
        for name in (SCRIPT[form], PANDAS):
            if name in clock and name.startswith(form):
                found[f"{form}: time of two workers / {name.removeprefix(f'{form}: ')}"] = (
                    clock[two] / clock[name]
                )
    return found


def in_turn(chosen: dict[str, list[str]], runs: int) -> dict[str, list[Costs]]:
    costs: dict[str, list[Costs]] = {name: [] for name in chosen}
    for _ in range(runs):
        for name, command in chosen.items():
            costs[name].append(measure_family(command))
            print(f"{time.strftime('%H:%M:%S')} {name}: {costs[name][-1]}", file=sys.stderr)
    return costs


def memory(images: Images, work: Path, engine: str, sizes: list[int]) -> dict[str, float]:
    """The MB of two workers for other numbers of rows of a CSV."""
    found = {}
    for rows in sizes:
        with (work / "rows.csv").open("wb") as file:
            write_csv(images, rows, file)
        found[f"{rows:,}"] = measure_family(score_command(work, "rows.csv", engine, 2))["memory_mb"]
    return found


def report(rows: int, costs: dict[str, list[Costs]]) -> dict[str, Any]:
    results = {}
    print("| what | rows a second | seconds (least to most) | processor seconds | MB |")
    print("|---|---|---|---|---|")
    for name, runs in costs.items():
        middle = {key: statistics.median(run[key] for run in runs) for key in runs[0]}
        clock = [run["seconds"] for run in runs]
        results[name] = middle | {"seconds_min_max": [min(clock), max(clock)]}
        print(
            f"| {name} | {rows / middle['seconds']:,.0f} | {middle['seconds']:.1f} "
            f"({min(clock):.1f} to {max(clock):.1f}) | {middle['processor_seconds']:.1f} | "
            f"{middle['memory_mb']:.0f} |"
        )
    return results


def main() -> None:
    if sys.argv[1] == "--alone":
        ALONE[sys.argv[2]](sys.argv[3], sys.argv[4], int(sys.argv[5]))
        return
    parser = argparse.ArgumentParser(description="Measure tenfold score.")
    parser.add_argument("data", help="digit-recognizer.zip")
    parser.add_argument("--rows", type=int, default=300_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--engine", default="openvino")
    parser.add_argument(
        "--only", default="", metavar="TEXT,...", help="those with it in their names"
    )
    parser.add_argument("--memory", default="", metavar="ROWS,...", help="numbers of rows")
    parser.add_argument("--work", type=Path, help="where the rows are made  [default: temporary]")
    given = parser.parse_args()
    images = open_digits(given.data, ("train",)).training_rows().images
    with tempfile.TemporaryDirectory(dir=given.work) as folder:
        work = Path(folder)
        prepare(images, work, given.rows)
        chosen = {
            name: command
            for name, command in commands(work, given.engine, given.rows).items()
            if any(text in name for text in given.only.split(","))
        }
        costs = in_turn(chosen, given.runs)
        sizes = [int(size) for size in given.memory.split(",") if size]
        taken = memory(images, work, given.engine, sizes)
    results = report(given.rows, costs)
    found = ratios(results)
    print("\n" + "\n".join(f"- {name}: {value:.2f}" for name, value in found.items()))
    for rows, mb in taken.items():
        print(f"- memory of two workers, {rows} rows of CSV: {mb:.0f} MB")
    told = {"rows": given.rows, "runs": given.runs, "engine": given.engine, "ratios": found}
    print(json.dumps(told | {"results": results, "memory_mb": taken, "machine": describe()}))


if __name__ == "__main__":
    main()
