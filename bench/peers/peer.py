"""What the peers share: rows, the loop over epochs with its clock, and the files.

Standard library and numpy only, so that each peer runs where its own packages are and nothing else.

    DIR/result.json         what was measured so far; rewritten after each epoch
    DIR/checkpoint-<n>      what it takes to go on after n epochs; result.json names the valid one
    DIR/probabilities.npz   rows int64 [n], probabilities float32 [n, 10]; after the last epoch

The clock counts work once: the start (imports, reading, building the network) of the first piece,
and each epoch that ended, training and evaluating. What a kill threw away is done again and not
counted twice; checkpoints are written outside it.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

Images = npt.NDArray[np.uint8]  # [n, 28, 28], ink bright on 0
Labels = npt.NDArray[np.int64]  # [n], 0..9
Rows = npt.NDArray[np.int64]  # row numbers of train.csv, from 0
Floats = npt.NDArray[np.float32]

SIDE = 28


@dataclass(frozen=True, eq=False)
class Part:
    """Rows of train.csv: their numbers, images and labels."""

    rows: Rows
    images: Images
    labels: Labels


class Training(Protocol):
    """A network on its way. Epochs count from 0; an epoch of a seed is always the same work."""

    @property
    def parameters(self) -> int: ...

    def train_epoch(self, epoch: int) -> None: ...

    def probabilities(self) -> Floats:
        """Of the validation rows, float32 [n, 10]; may also be where a peer steers its rate."""
        ...

    def save(self, path: Path) -> None: ...

    def restore(self, path: Path) -> None: ...


@dataclass(frozen=True)
class Peer:
    """`epochs` as published; `conditions` say how it is run here; the versions of `packages` are
    recorded. `read` gives (images, labels) of a whole train.csv."""

    title: str
    source: str
    epochs: int
    conditions: str
    packages: tuple[str, ...]
    read: Callable[[Path], tuple[Images, Labels]]
    begin: Callable[[Part, Part, int], Training]
    threads: Callable[[], int]


@dataclass(frozen=True)
class Order:
    """What to train on, where to write, and how far to go: `epochs` in all, of the published ones.
    With `slice`, the first so many training rows and the same share of the validation rows."""

    train: Path
    rows: Path
    out: Path
    seed: int = 0
    epochs: int | None = None
    slice: int | None = None


def train(peer: Peer, order: Order, started_at: float) -> None:
    """Train, evaluate and write, epoch after epoch.

    `started_at`: time.perf_counter() before the imports.
    """
    result = _taken_up(peer, order)
    wanted = min(order.epochs or peer.epochs, peer.epochs)
    if len(result["epochs"]) >= wanted:
        return
    training, validation, share = _read(peer, order)
    work = peer.begin(training, validation, order.seed)
    if not result["epochs"]:
        result["start_seconds"] = time.perf_counter() - started_at
    result |= {
        "rows": len(training.rows),
        "n": len(validation.rows),
        "share": share,
        "parameters": work.parameters,
        "threads": peer.threads(),
        "pieces": result["pieces"] + 1,
    }
    if result["checkpoint"]:
        work.restore(order.out / result["checkpoint"])
    for epoch in range(len(result["epochs"]), wanted):
        _train_epoch(work, epoch, validation, result, order.out)


def _train_epoch(
    work: Training, epoch: int, validation: Part, result: dict[str, Any], out: Path
) -> None:
    clock = time.perf_counter()
    work.train_epoch(epoch)
    trained = time.perf_counter()
    probabilities = work.probabilities()
    evaluated = time.perf_counter()
    measured = {
        "piece": result["pieces"],
        "train_seconds": trained - clock,
        "evaluation_seconds": evaluated - trained,
        "hits": int(np.count_nonzero(probabilities.argmax(axis=1) == validation.labels)),
    }
    result["epochs"].append(measured)
    print(
        f"{result['peer']}, epoch {epoch + 1} of {result['epochs_published']}: "
        f"{evaluated - clock:.1f} s, {measured['hits']:,} of {result['n']:,} right",
        file=sys.stderr,
        flush=True,
    )
    old, result["checkpoint"] = result["checkpoint"], f"checkpoint-{epoch + 1}"
    write_whole(out / result["checkpoint"], work.save)
    if epoch + 1 == result["epochs_published"]:
        arrays = {"rows": validation.rows, "probabilities": probabilities}
        write_whole(out / "probabilities.npz", lambda path: savez(path, arrays))
    text = json.dumps(result, indent=2) + "\n"
    write_whole(out / "result.json", lambda path: path.write_text(text, encoding="utf-8"))
    if old:
        (out / old).unlink(missing_ok=True)


def _taken_up(peer: Peer, order: Order) -> dict[str, Any]:
    """The result to go on with, or a new one. Exits where what is there is of another training."""
    asked = {
        "peer": order.out.name,
        "title": peer.title,
        "seed": order.seed,
        "rows_sha256": hashlib.sha256(order.rows.read_bytes()).hexdigest(),
        "slice": order.slice,
        "versions": {"python": platform.python_version()}
        | {name: metadata.version(name) for name in peer.packages},
    }
    place = order.out / "result.json"
    if place.exists():
        found: dict[str, Any] = json.loads(place.read_text(encoding="utf-8"))
        if other := [key for key, value in asked.items() if found.get(key) != value]:
            sys.exit(
                f"{place}: was started with another {', '.join(other)}\nhint: give another --out"
            )
        return found
    order.out.mkdir(parents=True, exist_ok=True)
    return asked | {
        "source": peer.source,
        "conditions": peer.conditions,
        "epochs_published": peer.epochs,
        "epochs": [],
        "pieces": 0,
        "checkpoint": None,
    }


def _read(peer: Peer, order: Order) -> tuple[Part, Part, float]:
    """(training, validation, the share of the rows that they are)"""
    images, labels = peer.read(order.train)
    with np.load(order.rows, allow_pickle=False) as split:
        rows, kept_out = split["train"], split["validation"]
    share = min((order.slice or len(rows)) / len(rows), 1.0)
    chosen = [side[: round(len(side) * share)] for side in (rows, kept_out)]
    training, validation = (Part(part, images[part], labels[part]) for part in chosen)
    return training, validation, share


def read_with_numpy(path: Path) -> tuple[Images, Labels]:
    """(images, labels) of Kaggle's train.csv."""
    table = np.loadtxt(path, dtype=np.uint8, delimiter=",", skiprows=1)
    return table[:, 1:].reshape(-1, SIDE, SIDE), table[:, 0].astype(np.int64)


def savez(path: Path, arrays: Mapping[str, Any]) -> None:
    """np.savez, which would put .npz behind a name of another kind."""
    with path.open("wb") as file:
        np.savez(file, **arrays)


def write_whole(path: Path, write: Callable[[Path], object]) -> None:
    """Let `write` fill a file beside `path`, then rename it: a kill leaves no half of one."""
    aside = path.with_name(f".{path.name}.part")
    write(aside)
    os.replace(aside, path)
