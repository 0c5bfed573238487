"""Tiles of a shard: in whole batches whatever blocks they come in, and none of them missing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from conftest import drawn_digits
from scored import write_table
from tenfold.classifier import Classifier
from tenfold.errors import DataError
from tenfold.scale import tile_work
from tenfold.scale.inputs import InputRange
from tenfold.scale.inputs.finding import find_inputs
from tenfold.scale.manifest import Manifest
from tenfold.scale.outputs import Rejects
from tenfold.scale.settings import Settings
from tenfold.scale.shard import Shard

ROWS = 60


@pytest.fixture
def job(tmp_path: Path) -> Manifest:
    table = write_table(tmp_path / "t.csv", ROWS)
    inputs = find_inputs([str(table)], Settings().wanted.options, lambda note: None)
    return Manifest(inputs=tuple(inputs))


def answers(job: Manifest, rows: int | None) -> tuple[list[Any], list[int]]:
    """The answers for the whole table, said to have so many rows; and what was told of them."""
    begin = job.inputs[0].layout["begin"]
    cut = InputRange(begin, job.inputs[0].size_bytes, 1, rows, job.inputs[0].size_bytes)
    told: list[int] = []
    work = tile_work.TileWork(Classifier.load("mnist", threads=1))
    found = work.answers(job, Shard(0, 0, cut), Rejects("t.csv", 0), lambda n, _: told.append(n))
    return list(found), told


def test_small_blocks_are_gathered(job: Manifest, monkeypatch: pytest.MonkeyPatch) -> None:
    (whole,), told = answers(job, None)
    assert list(whole.ids) == list(range(1, ROWS + 1))
    assert sum(told) == ROWS
    monkeypatch.setattr(tile_work, "GATHERED_ROWS", 1)
    found, _ = answers(job, ROWS)
    assert [label for batch in found for label in batch.labels] == list(whole.labels)


def test_a_shard_with_another_number_of_rows_is_refused(job: Manifest) -> None:
    with pytest.raises(DataError, match=r"part-000000 has 60 rows, and had 61 when it was cut"):
        answers(replace(job), ROWS + 1)


def test_transposed_tiles_are_turned_before_they_are_read(job: Manifest) -> None:
    turned = replace(job, inputs=tuple(replace(file, transposed=True) for file in job.inputs))
    (upright,), (sideways,) = answers(job, ROWS)[0], answers(turned, ROWS)[0]
    tiles = drawn_digits(ROWS).images.transpose(0, 2, 1)
    assert list(sideways.labels) == Classifier.load("mnist").predict(tiles).tolist()
    assert list(sideways.labels) != list(upright.labels)
