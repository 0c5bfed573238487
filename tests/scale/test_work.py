"""The work on one shard, whatever is done with its rows."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from scored import write_table
from tenfold.errors import DataError
from tenfold.scale.inputs import BadRow, InputFile, InputRange
from tenfold.scale.manifest import Manifest
from tenfold.scale.outputs import Answers, Rejects
from tenfold.scale.settings import Settings
from tenfold.scale.shard import Receipt, Shard
from tenfold.scale.work import Advance, refuse_other_count, score_shard

SHARD = Shard(4, 0, InputRange(0, 10, 1, 3, 10))


class OneOfThreeIsBad:
    """Work that answers 7 to two rows, unsure of one, and rejects a third."""

    def answers(
        self, manifest: Manifest, shard: Shard, rejects: Rejects, advance: Advance
    ) -> Iterator[Answers]:
        advance(3, 10)
        rejects.add([BadRow("3", "is blank")])
        probability = np.array([0.5, 0.9], np.float32)
        yield Answers(np.array([1, 2]), np.array([7, 7]), probability, ["low_confidence", ""])


@pytest.fixture
def job(tmp_path: Path) -> Manifest:
    file = InputFile.at(str(write_table(tmp_path / "t.csv", 3)), "text")
    settings = Settings()
    columns = settings.columns(several_inputs=False)
    return Manifest(settings=settings, columns=columns, inputs=(file,))


def scored(job: Manifest, folder: Path, bad_rows_max: int) -> tuple[Receipt, list[int]]:
    told: list[int] = []
    work = OneOfThreeIsBad()
    receipt = score_shard(SHARD, job, folder, work, bad_rows_max, lambda n, _: told.append(n))
    return receipt, told


def test_a_receipt_counts_what_went_in_and_came_out(job: Manifest, tmp_path: Path) -> None:
    receipt, told = scored(job, tmp_path, bad_rows_max=1)
    part = (tmp_path / "parts" / "part-000004.csv").read_bytes()
    rejects = (tmp_path / "rejects" / "part-000004.csv").read_bytes()
    assert told == [3]
    assert receipt == Receipt(
        shard=4,
        rows_in=3,
        rows_out=2,
        rejected=1,
        unsure=1,
        sha256=hashlib.sha256(part).hexdigest(),
        size_bytes=len(part),
        rejects_sha256=hashlib.sha256(rejects).hexdigest(),
    )


def test_more_bad_rows_than_allowed_leave_no_part(job: Manifest, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="is blank"):
        scored(job, tmp_path, bad_rows_max=0)
    assert not list((tmp_path / "parts").glob("*.csv"))


def test_a_changed_input_is_refused_before_the_work(job: Manifest, tmp_path: Path) -> None:
    old = replace(job.inputs[0], size_bytes=1)
    with pytest.raises(DataError, match="was changed after this job began"):
        scored(replace(job, inputs=(old,)), tmp_path, bad_rows_max=1)


def test_another_number_of_rows_is_refused_where_it_is_known(job: Manifest) -> None:
    refuse_other_count(job.inputs[0], SHARD, 3)
    refuse_other_count(job.inputs[0], replace(SHARD, cut=replace(SHARD.cut, rows=None)), 9)
    with pytest.raises(DataError, match="part-000004 has 2 rows, and had 3 when it was cut"):
        refuse_other_count(job.inputs[0], SHARD, 2)
