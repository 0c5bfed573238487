"""What was measured: trials (one participant on one fold), and participants pooled from them.

WORK/fold-0/rows.npz                    train, validation: the row numbers that all are given
WORK/fold-0/peers/deotte/result.json    written by peers/train_peer.py, epoch by epoch
WORK/fold-0/recipes/fast.json           written by participants.py when the command has ended
"""

from __future__ import annotations

import dataclasses
import itertools
import json
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from tenfold.metrics import Proportion

NOTEBOOK = "keras_notebook"  # whose 30 epochs the others' times are told in

Kind = Literal["recipe", "peer"]
Curve = Sequence[tuple[float, float]]  # (seconds since the start, accuracy) after each epoch


@dataclass(frozen=True)
class Trial:
    """`seconds` are of the whole training; `basis` says what they are extrapolated from, and is
    empty where all of it was run. `hits` of `n` rows are right after the last published epoch, None
    before it. `curve` holds the same after each epoch, of whole ones alone."""

    name: str
    kind: Kind
    title: str
    source: str
    conditions: str
    fold: int
    seconds: float
    n: int
    hits: int | None
    basis: str = ""
    curve: tuple[tuple[float, int], ...] = ()
    details: dict[str, Any] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True)
class Participant:
    """The trials of one participant as one: mean seconds, pooled rows. `details` has one entry a
    fold: seed, versions and the like."""

    name: str
    kind: Kind
    title: str
    source: str
    conditions: str
    folds: list[int]
    seconds: float
    seconds_each: list[float]
    n: int
    hits: int | None
    basis: str
    curve: Curve
    details: list[dict[str, Any]]

    @property
    def accuracy(self) -> Proportion | None:
        return None if self.hits is None else Proportion(self.hits, self.n)

    def to_json(self) -> dict[str, Any]:
        accuracy = self.accuracy
        return dataclasses.asdict(self) | {
            "accuracy": accuracy and accuracy.value,
            "accuracy_95": accuracy and list(accuracy.interval),
        }

    @classmethod
    def from_json(cls, saved: dict[str, Any]) -> Participant:
        return cls(**{field.name: saved[field.name] for field in dataclasses.fields(cls)})


def read_trials(work: Path) -> list[Trial]:
    trials: list[Trial] = []
    for folder in sorted(work.glob("fold-*")):
        fold = int(folder.name.removeprefix("fold-"))
        recipes, peers = folder.glob("recipes/*.json"), folder.glob("peers/*/result.json")
        trials += [recipe_trial(path.stem, _read_json(path), fold) for path in sorted(recipes)]
        trials += [peer_trial(_read_json(path), fold) for path in sorted(peers)]
    return trials


def recipe_trial(name: str, result: dict[str, Any], fold: int) -> Trial:
    """Convert what participants.py wrote of a recipe into a trial."""
    return Trial(name=name, kind="recipe", fold=fold, **result)


def _read_json(path: Path) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return read


def peer_trial(result: dict[str, Any], fold: int) -> Trial:
    """Convert a peer's result.json into a trial, extrapolated where epochs are missing."""
    epochs, published, share = result["epochs"], result["epochs_published"], result["share"]
    seconds = [epoch["train_seconds"] + epoch["evaluation_seconds"] for epoch in epochs]
    whole = share == 1
    finished = whole and len(epochs) == published
    curve = zip(
        itertools.accumulate(seconds, initial=result["start_seconds"]),
        [0] + [epoch["hits"] for epoch in epochs],
        strict=True,
    )
    total, basis = result["start_seconds"] + sum(seconds), ""
    if not finished:
        steady = seconds if whole else _warmed_up(epochs, seconds)
        total = result["start_seconds"] + published * statistics.mean(steady) / share
        basis = f"{len(steady)} of {published} epochs"
        basis += "" if whole else f", {result['rows']:,} rows each"
    about = ("seed", "threads", "parameters", "versions", "pieces", "rows_sha256")
    return Trial(
        name=result["peer"],
        kind="peer",
        title=result["title"],
        source=result["source"],
        conditions=f"{published} epochs, {result['conditions']}",
        fold=fold,
        seconds=total,
        n=result["n"],
        hits=epochs[-1]["hits"] if finished else None,
        basis=basis,
        curve=tuple(curve)[1:] if whole else (),
        details={key: result[key] for key in about},
    )


def _warmed_up(epochs: Sequence[dict[str, Any]], seconds: Sequence[float]) -> list[float]:
    """Drop the first epoch of each piece: on a slice, what is done once would count as many
    times."""
    pieces = [epoch["piece"] for epoch in epochs]
    later = [
        s
        for s, before, piece in zip(seconds[1:], pieces, pieces[1:], strict=False)
        if before == piece
    ]
    return later or list(seconds)


def pooled(trials: Sequence[Trial]) -> list[Participant]:
    """Pool the trials by participant: recipes first, then the notebook, then the others, the
    quicker before the slower. Finished trials alone count, or all where none was finished."""
    names = sorted({trial.name for trial in trials})
    participants = [_pooled([trial for trial in trials if trial.name == name]) for name in names]
    return sorted(participants, key=lambda p: (p.kind != "recipe", p.name != NOTEBOOK, p.seconds))


def _pooled(trials: Sequence[Trial]) -> Participant:
    finished = [trial for trial in trials if trial.hits is not None]
    kept = finished or list(trials)
    first, n = kept[0], sum(trial.n for trial in kept)
    points = zip(*(trial.curve for trial in kept), strict=False)  # as far as all have come
    curve = [(statistics.mean(s for s, _ in at), sum(hits for _, hits in at) / n) for at in points]
    return Participant(
        name=first.name,
        kind=first.kind,
        title=first.title,
        source=first.source,
        conditions=first.conditions,
        folds=[trial.fold for trial in kept],
        seconds=statistics.mean(trial.seconds for trial in kept),
        seconds_each=[trial.seconds for trial in kept],
        n=n,
        hits=sum(trial.hits or 0 for trial in kept) if finished else None,
        basis=first.basis,
        curve=curve,
        details=[trial.details for trial in kept],
    )


def notebook_seconds(participants: Sequence[Participant]) -> float | None:
    return next(
        (participant.seconds for participant in participants if participant.name == NOTEBOOK), None
    )
