"""Tables of tiles in many rows, and what `tenfold score` made of them."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

from conftest import csv_text, drawn_digits
from tenfold.classifier import Classifier


def write_table(path: Path, rows: int, *, labelled: bool = False, end: str = "\n") -> Path:
    """Kaggle's layout, with so many rows of drawn digits."""
    path.write_bytes(csv_text(drawn_digits(rows), labelled=labelled, end=end).encode())
    return path


def columns_of(folder: Path) -> dict[str, list[str]]:
    """The columns of all CSV parts, in the order of the parts."""
    found: dict[str, list[str]] = {}
    for part in sorted((folder / "parts").iterdir()):
        with part.open(newline="") as file:
            for row in csv.DictReader(file):
                for name, value in row.items():
                    found.setdefault(name, []).append(value)
    return found


def content_of(folder: Path) -> dict[str, bytes]:
    """Every file of the output by its path in the folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def expected_labels(rows: int) -> list[str]:
    """What the shipped model says of the rows of `write_table`."""
    classifier = Classifier.load("mnist", threads=1)
    return [str(label) for label in classifier.predict(np.array(drawn_digits(rows).images))]
