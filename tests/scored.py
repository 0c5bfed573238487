"""Tables of tiles in many rows, `tenfold score` without worker processes, and what it wrote."""

from __future__ import annotations

import csv
import functools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from conftest import csv_text, drawn_digits
from tenfold.classifier import Classifier, find_model
from tenfold.digits import AUTO
from tenfold.scale import ScoringResult, scoring
from tenfold.scale.inputs import InputRange
from tenfold.scale.inputs.finding import find_inputs
from tenfold.scale.kinds_of_work import open_work
from tenfold.scale.manifest import Manifest
from tenfold.scale.plan import versions_of
from tenfold.scale.runners.events import Finished, Job
from tenfold.scale.settings import Settings
from tenfold.scale.shard import Shard
from tenfold.scale.work import Work, score_shard


def write_table(path: Path, rows: int, *, labelled: bool = False, end: str = "\n") -> Path:
    """Kaggle's layout, with so many rows of drawn digits."""
    path.write_bytes(_table(rows, labelled, end))
    return path


@functools.cache
def _table(rows: int, labelled: bool, end: str) -> bytes:
    return csv_text(drawn_digits(rows), labelled=labelled, end=end).encode()


class InThisProcess:
    """A runner without workers, whose start would take most of the time of a test."""

    def __init__(self) -> None:
        self._works: dict[tuple[str, str, bool], Work] = {}  # by what they are opened with

    def run(self, job: Job, shards: Iterator[Shard], stop: object) -> Iterator[Finished]:
        manifest = job.manifest
        key = (manifest.model_sha256, manifest.engine, manifest.settings.pictures)
        if key not in self._works:
            self._works[key] = open_work(manifest, find_model(manifest.model))
        work = self._works[key]
        for shard in shards:
            receipt = score_shard(
                shard, manifest, job.folder, work, job.bad_rows_max, lambda rows, size: None
            )
            yield Finished(receipt)


HERE = InThisProcess()


def score(data: Any, output: Path, **options: Any) -> ScoringResult:
    """`tenfold.score` by HERE, where a test is not about the workers."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scoring, "runner_for", lambda *_: HERE)
        return scoring.score(data, output, **options)


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
