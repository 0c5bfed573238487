"""A bound on memory: fewer workers where more have no room, and an end where one takes too much."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from scored import score as score_here
from scored import write_table
from tenfold.errors import DataError, UsageError
from tenfold.progress import Progress
from tenfold.scale import memory, score
from tenfold.scale.inputs import InputFile
from tenfold.scale.manifest import Manifest
from tenfold.scale.memory import refuse_more, worker_mb, workers_within
from tenfold.scale.settings import Settings


def job(*forms: str, engine: str = "onnxruntime", **settings: Any) -> Manifest:
    inputs = tuple(InputFile(name=form, form=form) for form in forms)
    return Manifest(engine=engine, inputs=inputs, settings=Settings(**settings))


def test_as_many_workers_as_have_room() -> None:
    assert workers_within(job("text"), 2, 1000) == (2, 410)
    assert workers_within(job("text"), 64, 1000) == (9, 91)
    assert workers_within(job("text", "parquet"), 64, 1000) == (4, 205)
    assert workers_within(job("text", engine="openvino"), 64, 1000) == (6, 136)
    assert workers_within(job("text"), 64, 270) == (1, 90)


def test_too_little_is_refused_with_what_is_enough() -> None:
    with pytest.raises(UsageError, match="--memory 269: is too little") as told:
        workers_within(job("text"), 4, 269)
    assert "--memory 270" in str(told.value.hint)


def test_what_unpacks_needs_more() -> None:
    packed = worker_mb(job("packed text"))
    assert packed == worker_mb(job("zip array"))
    assert worker_mb(job("text")) < packed < worker_mb(job("parquet"))


def test_what_writes_parquet_or_reads_pictures_needs_more() -> None:
    plain = worker_mb(job("text"))
    assert plain < worker_mb(job("text", format="parquet")) < worker_mb(job("parquet"))
    assert plain < worker_mb(job("pictures", pictures=True))


def test_a_share_may_be_used_up_and_not_more() -> None:
    refuse_more(100.0, 100)
    with pytest.raises(DataError, match="takes 101 MB of memory, more than its share of --memory"):
        refuse_more(101.0, 100)


class Said(Progress):
    def __init__(self) -> None:
        super().__init__(quiet=True)
        self.texts: list[str] = []

    def say(self, text: str) -> None:
        self.texts.append(text)


def test_fewer_workers_are_said(tmp_path: Path) -> None:
    table, said = write_table(tmp_path / "t.csv", 20), Said()
    score(table, tmp_path / "out", workers=3, memory_mb=300, progress=said)
    assert "note: 1 of 3 workers have room in 300 MB (--memory)" in said.texts


@pytest.mark.skipif(sys.platform != "linux", reason="the system does not say how much is taken")
def test_a_worker_that_takes_more_than_its_share_ends_the_job(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No worker can do with 20 MB: the constants are made wrong here, not the check."""
    table = write_table(tmp_path / "t.csv", 200)
    with monkeypatch.context() as patch:
        patch.setattr(memory, "WORKER_MB", 20)
        patch.setattr(memory, "PARENT_MB", 0)
        with pytest.raises(DataError, match="MB of memory, more than its share of --memory, 20 MB"):
            score(table, tmp_path / "out", workers=1, memory_mb=20)
    assert score_here(table, tmp_path / "out").rows_out == 200


def test_ray_bounds_the_memory_of_its_own_workers(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--memory is for --on local"):
        score(tmp_path, tmp_path / "out", on="ray", memory_mb=500)
