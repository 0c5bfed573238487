"""`tenfold score` beside what a user would write: pandas, polars or Ray Data with onnxruntime.

    python -m bench.scale.peers digit-recognizer.zip --rows 300000 --peers .venv-scale/bin/python

Makes the rows, as CSV with a column a pixel and as Parquet with a column of lists; measures in
turn, A B C A B C: `score` with a worker for each core, and `bench/peers/score_rows.py`. Memory and
processor time are of all processes together (Linux). What does not end within --timeout is told,
and left out from then on. Prints a table and ends in one JSON line.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

from bench.scale.family import Costs, measure_family
from bench.scale.made_rows import write_csv, write_parquet
from tenfold.classifier import find_model
from tenfold.environment import describe
from tenfold.sources import open_digits

SCRIPT = Path(__file__).parents[1] / "peers" / "score_rows.py"
PEERS = {"CSV": ("pandas", "polars"), "Parquet": ("pandas", "polars", "ray")}
FILES = {"CSV": "rows.csv", "Parquet": "rows.parquet"}


def commands(work: Path, engine: str, python: str) -> dict[str, list[str]]:
    """The commands by form and name."""
    found = {}
    for form, file in FILES.items():
        score = [sys.executable, "-m", "tenfold", "score", str(work / file), "--force", "--quiet"]
        found[f"{form}: tenfold score"] = [*score, "--engine", engine, "-o", str(work / "out.csv")]
        for peer in PEERS[form]:
            graph, out = str(work / "model.onnx"), str(work / f"out-{peer}")
            found[f"{form}: {peer}"] = [python, str(SCRIPT), peer, graph, str(work / file), out]
    return found


def in_turn(chosen: dict[str, list[str]], runs: int, timeout_s: float) -> dict[str, list[Costs]]:
    costs: dict[str, list[Costs]] = {name: [] for name in chosen}
    for _ in range(runs):
        for name in list(chosen):
            try:
                costs[name].append(measure_family(chosen[name], timeout_s))
            except TimeoutError as problem:
                print(f"{name}: {problem}", file=sys.stderr)
                del chosen[name]
                continue
            print(f"{name}: {costs[name][-1]}", file=sys.stderr, flush=True)
    return {name: found for name, found in costs.items() if found}


def report(rows: int, costs: dict[str, list[Costs]]) -> dict[str, Any]:
    """Print the table; the medians, and those of each as a multiple of `score`'s."""
    middle = {
        name: {key: statistics.median(run[key] for run in runs) for key in runs[0]}
        for name, runs in costs.items()
    }
    print("| what | seconds (least to most) | processor seconds | MB | times those of `score` |")
    print("|---|---|---|---|---|")
    for name, runs in costs.items():
        found, ours = middle[name], middle[f"{name.partition(':')[0]}: tenfold score"]
        clock = [run["seconds"] for run in runs]
        times = {f"{key}_times": found[key] / ours[key] for key in list(ours) if key in runs[0]}
        shown = " / ".join(f"{value:.1f}" for value in times.values())
        print(
            f"| {name} | {found['seconds']:.1f} ({min(clock):.1f} to {max(clock):.1f}) | "
            f"{found['processor_seconds']:.1f} | {found['memory_mb']:.0f} | {shown} |"
        )
        middle[name] = found | times
    return middle


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure tenfold score beside other programs.")
    parser.add_argument("data", help="digit-recognizer.zip")
    parser.add_argument("--rows", type=int, default=300_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--engine", default="auto")
    parser.add_argument("--peers", default=sys.executable, help="Python with the other libraries")
    parser.add_argument("--only", default="", help="those whose names hold this text, and score")
    parser.add_argument("--timeout", type=float, default=1800.0, metavar="SECONDS")
    parser.add_argument("--work", type=Path, help="where the rows are made  [default: temporary]")
    given = parser.parse_args()
    images = open_digits(given.data, ("train",)).training_rows().images
    with tempfile.TemporaryDirectory(dir=given.work) as folder:
        work = Path(folder)
        with (work / FILES["CSV"]).open("wb") as file:
            write_csv(images, given.rows, file)
        write_parquet(images, given.rows, work / FILES["Parquet"], wide=False)
        (work / "model.onnx").write_bytes(find_model("mnist").graph)
        chosen = {
            name: command
            for name, command in commands(work, given.engine, given.peers).items()
            if given.only in name or name.endswith("score")
        }
        results = report(given.rows, in_turn(chosen, given.runs, given.timeout))
    told = {"rows": given.rows, "runs": given.runs, "engine": given.engine}
    print(json.dumps(told | {"results": results, "machine": describe()}))


if __name__ == "__main__":
    main()
