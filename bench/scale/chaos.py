"""Kill nodes of Ray, and what drives it, at random moments; compare the bytes with a local job's.

    python -m bench.scale.chaos digit-recognizer.zip --kills 20
    python -m bench.scale.chaos digit-recognizer.zip --kills 4 --folds

Two nodes of one core work. In every second job a node is killed hard and replaced; in the others
the driver is, and the same command goes on. With --folds the job is a cross-validation instead of
scoring. Prints a line for each kill and ends in one JSON line.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bench.scale.kills import content_of
from bench.scale.made_rows import write_csv
from bench.scale.ray_cluster import Nodes, nodes
from tenfold.environment import describe
from tenfold.sources import open_digits

TENFOLD = [sys.executable, "-m", "tenfold"]


def scored(work: Path, given: argparse.Namespace) -> Callable[[Path], list[str]]:
    """Make the input; the command that scores it into a folder, and goes on."""
    images = open_digits(given.data, ("train",)).training_rows().images
    with (work / "rows.csv").open("wb") as file:
        write_csv(images, given.rows, file)
    command = [*TENFOLD, "score", str(work / "rows.csv"), "--quiet", "--shard-rows", "1000"]
    return lambda out: [*command, "-o", str(out)]


def folded(work: Path, given: argparse.Namespace) -> Callable[[Path], list[str]]:
    """The command that trains three small models on the sample, or goes on with them."""
    small = ["--recipe", "smoke", "--channels", "4", "--batch-size", "32", "--epochs", "12"]
    begin = [*TENFOLD, "train", *small, "--folds", "3", "--final", "ensemble", "--quiet"]
    resume = [*TENFOLD, "train", "--quiet", "--resume"]

    def command(out: Path) -> list[str]:
        return (
            [*resume, str(out)] if (out / "recipe.toml").exists() else [*begin, "--out", str(out)]
        )

    return command


def run(command: list[str]) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def killed(
    number: int, there: Nodes, command: Callable[[], list[str]], moment_seconds: float
) -> str:
    """Do a job in which something is killed after so many seconds; what it was."""
    process = subprocess.Popen(command(), stdout=subprocess.DEVNULL)
    time.sleep(moment_seconds)
    if process.poll() is not None:
        return "nothing: the job was done before"
    if number % 2:
        there.kill(number // 2)
        there.add()
        if process.wait() != 0:
            return f"a node, and the job ended with {process.returncode}"
        return "a node"
    process.kill()
    process.wait()
    run(command())
    return "the driver"


def main() -> None:
    parser = argparse.ArgumentParser(description="Kill parts of a Ray, and compare the bytes.")
    parser.add_argument("data", help="digit-recognizer.zip")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--folds", action="store_true", help="train folds instead of scoring")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    os.environ["OMP_NUM_THREADS"] = "1"  # as many threads here as a node has cores
    moments = random.Random(given.seed)
    files = "**/model/*" if given.folds else "**/*"  # other files of a run hold times
    with tempfile.TemporaryDirectory() as folder, nodes(2) as there:
        work = Path(folder)
        make = (folded if given.folds else scored)(work, given)
        run([*make(work / "local")])
        whole = content_of(work / "local", files)
        began = time.monotonic()
        run([*make(work / "unbroken"), "--on", there.place])
        usual = time.monotonic() - began
        same = int(content_of(work / "unbroken", files) == whole)
        print(f"without a kill: {usual:.0f} s; {'the same' if same else 'OTHER'} bytes", flush=True)
        same, what = 0, []
        for number in range(given.kills):
            out = work / f"out-{number}"
            moment = moments.uniform(0.1, 0.95) * usual

            def command(out: Path = out) -> list[str]:
                return [*make(out), "--on", there.place]

            what.append(killed(number, there, command, moment))
            equal = content_of(out, files) == whole
            same += equal
            print(
                f"kill {number} after {moment:.1f} s: {what[-1]}; "
                f"{'the same' if equal else 'OTHER'} bytes",
                flush=True,
            )
    counts = {name: what.count(name) for name in sorted(set(what))}
    print(json.dumps({"kills": given.kills, "same": same, "killed": counts, **describe()}))


if __name__ == "__main__":
    main()
