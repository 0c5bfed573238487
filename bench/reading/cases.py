"""Labelled pictures of a folder: real ones by source, the Swiss writers' digits, made ones."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from bench.fixtures.writers import WRITERS
from bench.reading.case import Case, png
from bench.reading.made_cases import made_cases

FOLDERS = ("photographed", "drawn", "numbers", "amounts", "wild")
SWISS = "swiss_numbers.npz"
SEEN, UNSEEN = "swiss, learned from", "swiss, unseen"  # by the model `ink`
REAL = ("photographed", "drawn", "numbers", UNSEEN)


def labelled(root: Path, folder: str) -> Iterator[Case]:
    with (root / folder / "labels.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            content = (root / folder / row["file"]).read_bytes()
            source, kind = row.get("source", folder), row.get("kind", folder)
            yield Case(folder, source, kind, row["file"], row["label"], content)


def swiss(root: Path) -> Iterator[Case]:
    stored = np.load(root / SWISS)
    for i, (image, label, person) in enumerate(
        zip(stored["images"], stored["labels"], stored["person"], strict=True)
    ):
        folder = SEEN if person in WRITERS else UNSEEN
        yield Case(folder, f"person {person}", "pen", f"{i}", str(label), png(image))


def cases_of(root: Path, made: int, things: Path | None = None) -> Iterator[Case]:
    for folder in FOLDERS:
        if (root / folder).is_dir():
            yield from labelled(root, folder)
    if (root / SWISS).is_file():
        yield from swiss(root)
        if made:
            yield from made_cases(root / SWISS, made, things=things)
