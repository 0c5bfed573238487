"""A shard as a task of Ray, called without Ray."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from scored import columns_of, expected_labels, job_of
from tenfold.classifier import find_model
from tenfold.errors import UsageError
from tenfold.scale.runners.events import Job
from tenfold.scale.runners.ray_shards import score_remotely

MODEL = find_model("mnist")


@pytest.fixture
def job(tmp_path: Path) -> Job:
    return Job(tmp_path, job_of(tmp_path, 20), 0)


def test_a_shard_is_scored_and_its_receipt_returned(job: Job, tmp_path: Path) -> None:
    receipts = [score_remotely(job, MODEL, shard) for shard in job.manifest.shards]
    assert sum(receipt["rows_out"] for receipt in receipts) == 20
    assert columns_of(tmp_path)["label"] == expected_labels(20)


def test_another_version_on_the_node_is_refused(job: Job, tmp_path: Path) -> None:
    versions = job.manifest.versions | {"numpy": "0.1"}
    old = replace(job, manifest=replace(job.manifest, versions=versions))
    with pytest.raises(UsageError, match=r"has numpy .*, the job was begun with 0\.1"):
        score_remotely(old, MODEL, job.manifest.shards[0])
    assert not (tmp_path / "parts").exists()
