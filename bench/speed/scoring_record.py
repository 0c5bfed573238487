"""What a measurement of scoring leaves: a table, sentences, and a record."""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.speed.rounds import Numbers, Rounds
from tenfold.files import staged_folder, write_whole

COLUMNS = {
    "seconds": ("whole command, s", 2),
    "cpu_seconds": ("whole command, processor seconds", 2),
    "peak_mb": ("whole command, most memory, MB", 0),
    "images_per_second": ("classifier alone, images a second", 0),
    "images_per_cpu_second": ("classifier alone, images a processor second", 0),
    "single_ms": ("one image, ms", 2),
    "single_ms_p99": ("one image, 99th percentile, ms", 2),
}


def median(rounds: list[Numbers], key: str) -> float:
    return statistics.median(costs[key] for costs in rounds)


def over_keras(ours: list[Numbers], keras: list[Numbers]) -> Numbers:
    """Return how many times as fast as Keras, by medians."""
    times = {key: median(keras, key) / median(ours, key) for key in ("seconds", "cpu_seconds")}
    rates = ("images_per_second", "images_per_cpu_second")
    return times | {key: median(ours, key) / median(keras, key) for key in rates}


def table(rounds: Rounds) -> Iterator[str]:
    """Format the rounds as the lines of a table in Markdown."""
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
