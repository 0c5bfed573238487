"""Tables of tiles in many rows, and what `tenfold score` made of them."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

from conftest import csv_text, drawn_digits
from tenfold.classifier import Classifier, find_model
from tenfold.digits import AUTO
from tenfold.scale.inputs import InputRange
from tenfold.scale.inputs.finding import find_inputs
from tenfold.scale.manifest import Manifest
from tenfold.scale.plan import versions_of
from tenfold.scale.settings import Settings
from tenfold.scale.shard import Shard


def write_table(path: Path, rows: int, *, labelled: bool = False, end: str = "\n") -> Path:
    """Kaggle's layout, with so many rows of drawn digits."""
    path.write_bytes(csv_text(drawn_digits(rows), labelled=labelled, end=end).encode())
    return path


def job_of(folder: Path, rows: int) -> Manifest:
    """A job of two shards on the rows of `write_table`, written in `folder` itself."""
    table = write_table(folder / "t.csv", rows)
    (file,) = find_inputs([str(table)], AUTO, lambda note: None)
    middle = table.read_bytes().index(b"\n", file.size_bytes // 2) + 1
    first = table.read_bytes()[:middle].count(b"\n") - 1
    settings = Settings()
    job = Manifest(
        model="mnist",
        model_sha256=find_model("mnist").facts.graph.sha256,
        engine="onnxruntime",
        versions=versions_of("onnxruntime", "csv", pictures=False),
        settings=settings,
        columns=settings.columns(several_inputs=False),
        inputs=(file,),
        planned=True,
        shards=(
            Shard(0, 0, InputRange(file.layout["begin"], middle, 1, first, middle)),
            Shard(1, 0, InputRange(middle, file.size_bytes, first + 1, rows - first, 1)),
        ),
    )
    job.write(folder)
    return job


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
