"""What a worker of Ray does, called without Ray."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from scored import columns_of, expected_labels, job_of
from tenfold.classifier import find_model
from tenfold.scale.runners.error_json import error_from_json
from tenfold.scale.runners.events import Job
from tenfold.scale.runners.ray_task import score_remotely

MODEL = find_model("mnist")


@pytest.fixture
def job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Job:
    monkeypatch.chdir(tmp_path)  # and back, wherever the task goes
    return Job(tmp_path, job_of(tmp_path, 20), 0)


def test_a_shard_is_scored_and_its_receipt_returned(job: Job, tmp_path: Path) -> None:
    answers = [score_remotely(job, MODEL, str(tmp_path), s) for s in job.manifest.shards]
    assert sum(answer["receipt"]["rows_out"] for answer in answers) == 20
    assert columns_of(tmp_path)["label"] == expected_labels(20)


def test_another_version_on_the_node_is_refused(job: Job, tmp_path: Path) -> None:
    versions = job.manifest.versions | {"numpy": "0.1"}
    old = replace(job, manifest=replace(job.manifest, versions=versions))
    answer = score_remotely(old, MODEL, str(tmp_path), job.manifest.shards[0])
    assert "the job was begun with 0.1" in str(error_from_json(answer))
    assert not (tmp_path / "parts").exists()


def test_a_folder_that_the_node_does_not_share_is_told(job: Job, tmp_path: Path) -> None:
    answer = score_remotely(job, MODEL, str(tmp_path / "none"), job.manifest.shards[0])
    assert "is not there on the node" in str(error_from_json(answer))
