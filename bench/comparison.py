"""tenfold's recipes and their peers on the same machine and the same rows: accuracy and time.

    python bench/comparison.py digit-recognizer.zip          the short form, some ten minutes
    python bench/comparison.py digit-recognizer.zip --full   hours; stopped, the same goes on

The short form runs `fast` whole and times the peers on slices of their rows, from which the time of
all their epochs is extrapolated: it says nothing of their accuracy. The full form trains every
recipe, and every peer for its published epochs. Prints a table and ends in one JSON line; results/
in the work folder has one JSON a participant, a page and the picture. `make bench` sets it all up.
"""

from __future__ import annotations

import argparse
import json
import shlex
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

if not __package__:  # run by its path: the package `bench` is beside it
    sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.accuracy.participants import FOLDS, Fold
from bench.accuracy.record import summary, table, write_record
from bench.accuracy.trials import NOTEBOOK, pooled, read_trials
from bench.fixtures.checkout import commit
from tenfold.environment import describe
from tenfold.errors import TenfoldError
from tenfold.files import sha256_of, write_json, write_whole
from tenfold.recipes import RECIPES, find_recipe
from tenfold.sources import open_digits

BENCH = Path(__file__).parent
NOT_COMPARED = ("smoke", "notebook", "pictures", "mnist", "gpu")  # a trial, a likeness, what ships
NOTEBOOK_EPOCHS = 30
# The peers, the longest last, and the rows of their slices in the short form: some ten seconds of
# training each.
SLICES = {
    "keras_notebook": 5000,
    "torch_example": 4000,
    "keras_notebook_augmented": 3000,
    "deotte": 2500,
    "doucet": 500,
}
SLICE_EPOCHS = 2  # in each piece, of which the first warms up
BENCH_FILE = "bench.json"  # by which a work folder is known
INTERRUPTED = 3  # exit code

Step = tuple[str, int | None]  # a recipe or a peer, and up to which epoch; None: to the end


def steps(recipes: Sequence[str], peers: Sequence[str], *, full: bool) -> list[Step]:
    """List the steps that are run one after another on a fold.

    The notebook, in whose time the others are told, is spread before, between and after the
    recipes, so that a busy hour of the machine meets both sides.
    """
    pieces = len(recipes) + 1
    epochs = NOTEBOOK_EPOCHS if full else SLICE_EPOCHS * pieces
    order: list[Step] = []
    for piece in range(1, pieces + 1):
        if NOTEBOOK in peers:
            order.append((NOTEBOOK, epochs * piece // pieces))
        if piece < pieces:
            order.append((recipes[piece - 1], None))
    others = [peer for peer in SLICES if peer in peers and peer != NOTEBOOK]
    return order + [(peer, None if full else SLICE_EPOCHS) for peer in others]


def compare(given: argparse.Namespace) -> None:
    """Run what was asked for and is not there yet; write and print the results of all that is."""
    digits = open_digits(str(given.data), ("train",)).train
    assert digits is not None
    work: Path = given.work / ("full" if given.full else "short")
    if not given.full and (work / BENCH_FILE).exists():
        shutil.rmtree(work)  # short enough to be measured anew
    about = {"form": work.name, "seed": given.seed, "data_sha256": sha256_of(given.data)}
    about |= {"environment": describe()}
    _same_bench(work / BENCH_FILE, about)
    train_csv, measured = work / "train.csv", commit()
    if not train_csv.exists():
        with zipfile.ZipFile(given.data) as archive:
            write_whole(train_csv, archive.read("train.csv"))
    for number in given.only:
        folder = work / f"fold-{number}"
        fold = Fold(number, folder, given.data, train_csv, given.seed, given.keras, measured)
        fold.write_rows(digits.labelled())
        for name, epochs in steps(given.recipes, given.peers, full=given.full):
            if name in SLICES:
                fold.train_peer(name, epochs, None if given.full else SLICES[name])
            else:
                fold.train_recipe(name)
    participants = pooled(read_trials(work))
    about |= {
        "date": datetime.now(UTC).date().isoformat(),
        "command": _command(given),
        "commit": measured,
    }
    write_record(work / "results", participants, about, force=True)
    if given.keep:
        write_record(given.keep, participants, about, force=False)
    print(table(participants))
    print(json.dumps(summary(participants, about)))


def _command(given: argparse.Namespace) -> str:
    """Return the command line without the paths of this machine."""
    words = ["python", "bench/comparison.py", given.data.name, *(["--full"] if given.full else [])]
    for option in ("recipes", "peers", "only"):
        words += [f"--{option}", ",".join(map(str, getattr(given, option))) or "none"]
    return shlex.join([*words, "--seed", str(given.seed)])


def _same_bench(place: Path, about: dict[str, Any]) -> None:
    """Refuse a work folder of another machine, data set or version: times would not compare."""
    if not place.exists():
        write_json(place, about)
        return
    before = json.loads(place.read_text(encoding="utf-8"))
    if other := [key for key, value in about.items() if before.get(key) != value]:
        sys.exit(f"{place}: started with another {', '.join(other)}\nhint: give another --work")


def _parsed(words: Sequence[str] | None) -> argparse.Namespace:
    """Parse and check the options before anything long begins."""
    today = datetime.now(UTC).date()
    parser = argparse.ArgumentParser(description="Compare tenfold's recipes with their peers.")
    parser.add_argument("data", type=Path, help="Kaggle's digit-recognizer.zip")
    parser.add_argument("--full", action="store_true", help="everything for all its epochs: hours")
    parser.add_argument("--recipes", help="names or .toml files, commas between, or none")
    parser.add_argument("--peers", default=",".join(SLICES), help="the same: %(default)s")
    parser.add_argument("--only", default="0", help="folds of ten, commas between (%(default)s)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--work", type=Path, default=Path("runs", "bench"), help="(%(default)s)")
    parser.add_argument("--keras", type=Path, default=Path(".venv-keras", "bin", "python"))
    parser.add_argument(
        "--keep",
        nargs="?",
        type=Path,
        const=BENCH / "records" / f"{today}_comparison",
        help="write the results there too (bench/records/<date>_comparison)",
    )
    given = parser.parse_args(words)
    compared = [name for name in RECIPES if name not in NOT_COMPARED] if given.full else ["fast"]
    given.recipes = compared if given.recipes is None else _listed(given.recipes)
    given.peers = _listed(given.peers)
    given.only = [int(number) if number.isdecimal() else FOLDS for number in _listed(given.only)]
    for recipe in given.recipes:
        find_recipe(recipe)
    if wrong := [peer for peer in given.peers if peer not in SLICES]:
        parser.error(f"no peer is called {wrong[0]}; they are {', '.join(SLICES)}")
    if not given.only or max(given.only) >= FOLDS:
        parser.error(f"--only takes numbers of folds, 0 to {FOLDS - 1}, with commas between")
    if any(peer.startswith("keras") for peer in given.peers) and not given.keras.exists():
        parser.error(
            f"{given.keras}: not there; `make bench` makes it, or leave Keras' --peers out"
        )
    if not zipfile.is_zipfile(given.data):
        parser.error(f"{given.data}: not a zip; give Kaggle's digit-recognizer.zip")
    return given


def _listed(words: str) -> list[str]:
    return [word for word in words.split(",") if word not in ("", "none")]


def main(words: Sequence[str] | None = None) -> None:
    try:
        compare(_parsed(words))
    except TenfoldError as problem:
        sys.exit(f"error: {problem.message}\nhint: {problem.hint}")
    except subprocess.CalledProcessError as problem:
        sys.exit(f"error: this command failed: {shlex.join(problem.cmd)}")
    except KeyboardInterrupt:
        print("stopped; with --full the same command goes on", file=sys.stderr)
        sys.exit(INTERRUPTED)


if __name__ == "__main__":
    main()
