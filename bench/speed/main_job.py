"""Measure the claims about the main job on this machine.

    python -m bench.speed.main_job digit-recognizer.zip       (needs the bench extra: pandas)

- `tenfold --help` over bare Python
- reading train.csv, against pandas.read_csv, and the memory that it takes
- `tenfold predict test.csv` to a checked submission

Prints a table and ends in one JSON line. Ratios are of runs in turn, A B A B; quote the medians.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tenfold.environment import describe
from tenfold.sources.tables.csv_file import read_csv_path

RUNS = 5


def seconds_of(action: Callable[[], Any]) -> float:
    started_at = time.perf_counter()
    action()
    return time.perf_counter() - started_at


def in_turn(actions: dict[str, Callable[[], Any]], runs: int = RUNS) -> dict[str, list[float]]:
    """Return the seconds of each action, after one uncounted round."""
    for action in actions.values():
        action()
    times: dict[str, list[float]] = {name: [] for name in actions}
    for _ in range(runs):
        for name, action in actions.items():
            times[name].append(seconds_of(action))
    return times


def command(*arguments: str) -> Callable[[], Any]:
    return lambda: subprocess.run(arguments, check=True, capture_output=True)


def traced_peak(path: str) -> int:
    """Return the most bytes that Python and numpy hold while a CSV is read."""
    tracemalloc.start()
    read_csv_path(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def main(data: str) -> None:
    import pandas

    python, tenfold = sys.executable, str(Path(sys.executable).with_name("tenfold"))
    with tempfile.TemporaryDirectory() as folder:
        with zipfile.ZipFile(data) as archive:
            archive.extractall(folder)
        train, test = (str(Path(folder, f"{part}.csv")) for part in ("train", "test"))
        submission = str(Path(folder, "submission.csv"))
        times = in_turn(
            {
                "bare Python": command(python, "-c", "pass"),
                "tenfold --help": command(tenfold, "--help"),
            }
        )
        times |= in_turn(
            {
                "pandas.read_csv": lambda: pandas.read_csv(train),
                "read_csv": lambda: read_csv_path(train),
            }
        )
        predict = command(tenfold, "predict", test, "-o", submission, "--force", "--quiet")
        times |= in_turn({"tenfold predict": predict})
        file_bytes, peak_bytes = Path(train).stat().st_size, traced_peak(train)
    medians = {name: statistics.median(values) for name, values in times.items()}
    for name, values in times.items():
        print(f"{name:18} {min(values):7.3f} {medians[name]:7.3f} {max(values):7.3f} s", flush=True)
    record = {
        "bench": "main_job",
        "runs": RUNS,
        "seconds": {name: [round(value, 4) for value in values] for name, values in times.items()},
        "help_over_python_seconds": round(medians["tenfold --help"] - medians["bare Python"], 4),
        "read_over_pandas": round(medians["read_csv"] / medians["pandas.read_csv"], 3),
        "read_peak_bytes": peak_bytes,
        "read_peak_allowed_bytes": file_bytes + 2 * 42_000 * 784,
        "environment": describe(),
    }
    print(json.dumps(record))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m bench.speed.main_job digit-recognizer.zip")
    main(sys.argv[1])
