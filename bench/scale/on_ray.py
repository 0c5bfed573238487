"""`tenfold score` on Ray beside local processes: two nodes of one core, and two workers.

    python -m bench.scale.on_ray digit-recognizer.zip --rows 5000000 --runs 3

Both are measured in turn, on a table of so many rows and on one of a few, whose time is the start:
of Python, and of Ray's workers. Figures are of the difference. Processor seconds are of all
processes, Ray's own too. Prints a table and ends in one JSON line.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.scale.family import POLL_SECONDS, stat_of
from bench.scale.made_rows import write_csv
from bench.scale.ray_cluster import nodes
from tenfold.environment import describe
from tenfold.sources import open_digits

FEW_ROWS = 200
Figures = dict[str, list[float]]


def processor_seconds() -> dict[int, float]:
    """Of each process below this one (Linux)."""
    pids = [int(entry.name) for entry in Path("/proc").glob("[0-9]*")]
    stats = {pid: stat for pid in pids if (stat := stat_of(pid))}
    below = {os.getpid()}
    while more := {pid for pid, stat in stats.items() if stat.parent in below} - below:
        below |= more
    return {pid: stats[pid].processor_seconds for pid in below - {os.getpid()}}


def measured(table: Path, out: Path, where: list[str]) -> tuple[float, float]:
    """Seconds by the clock and of processors that a job takes.

    Processes are looked at while they live: Ray waits for its workers without counting them.
    """
    command = [sys.executable, "-m", "tenfold", "score", str(table), "-o", str(out), "--quiet"]
    began, before = time.monotonic(), processor_seconds()
    latest = dict(before)
    process = subprocess.Popen([*command, *where])
    while process.poll() is None:
        latest |= processor_seconds()
        time.sleep(POLL_SECONDS)
    seconds = time.monotonic() - began
    if process.returncode:
        raise SystemExit(f"{' '.join(command)}: {process.returncode}")
    shutil.rmtree(out)
    return seconds, sum(latest.values()) - sum(before.values())


def main() -> None:
    parser = argparse.ArgumentParser(description="Compare Ray with local processes.")
    parser.add_argument("data", help="digit-recognizer.zip")
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--runs", type=int, default=3)
    given = parser.parse_args()
    images = open_digits(given.data, ("train",)).training_rows().images
    clock: dict[str, Figures] = {"local": {}, "ray": {}}
    processors: dict[str, Figures] = {"local": {}, "ray": {}}
    with tempfile.TemporaryDirectory() as folder, nodes(2) as there:
        work = Path(folder)
        for name, rows in (("start", FEW_ROWS), ("whole", given.rows)):
            with (work / f"{name}.csv").open("wb") as file:
                write_csv(images, rows, file)
        places = {"local": ["--workers", "2"], "ray": ["--on", there.place]}
        for run in range(given.runs):
            for name in ("start", "whole"):
                for place, where in places.items():
                    seconds, used = measured(work / f"{name}.csv", work / "out", where)
                    clock[place].setdefault(name, []).append(seconds)
                    processors[place].setdefault(name, []).append(used)
                    print(
                        f"run {run}: {name} {place}: {seconds:.1f} s, {used:.1f} s of processors",
                        flush=True,
                    )
    ratios = {}
    for label, figures in (("seconds", clock), ("processor seconds", processors)):
        median = {
            place: {name: statistics.median(values) for name, values in found.items()}
            for place, found in figures.items()
        }
        work_alone = {place: found["whole"] - found["start"] for place, found in median.items()}
        ratios[label] = round(work_alone["ray"] / work_alone["local"], 3)
        print(
            f"{label}: local {work_alone['local']:.1f}, ray {work_alone['ray']:.1f}, "
            f"ratio {ratios[label]}; start local {median['local']['start']:.1f}, "
            f"ray {median['ray']['start']:.1f}"
        )
    about = {"rows": given.rows, "runs": given.runs, "ratios": ratios}
    print(json.dumps(about | {"clock": clock, "processors": processors} | describe()))


if __name__ == "__main__":
    main()
