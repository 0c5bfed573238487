"""The manifest of a job: the same after writing and reading, and refused for another job."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tenfold.errors import OutputError
from tenfold.scale.inputs import InputFile, InputRange
from tenfold.scale.manifest import NAME, Manifest, read_manifest, refuse_other_job
from tenfold.scale.settings import Settings
from tenfold.scale.shard import Shard

JOB = Manifest(
    model="mnist",
    model_sha256="ab" * 32,
    engine="onnxruntime",
    versions={"tenfold": "1"},
    settings=Settings(keep=("name",)),
    columns=("id", "label"),
    inputs=(InputFile(name="t.csv", form="text", size_bytes=9),),
    planned=True,
    shards=(Shard(0, 0, InputRange(0, 5, 1, None, 5)), Shard(1, 0, InputRange(5, 9, 3, 2, 4))),
)


def test_a_manifest_is_the_same_after_writing_and_reading(tmp_path: Path) -> None:
    JOB.write(tmp_path)
    assert read_manifest(tmp_path) == JOB
    lines = (tmp_path / NAME).read_text().splitlines()
    assert [line.strip() for line in lines if line.startswith("    [")] == [
        "[0, 0, 5, 1, null, 5],",
        "[0, 5, 9, 3, 2, 4]",
    ]


def test_a_manifest_before_its_plan_has_no_shards(tmp_path: Path) -> None:
    job = replace(JOB, planned=False, shards=())
    job.write(tmp_path)
    assert read_manifest(tmp_path) == job
    assert JOB.size_bytes == 9
    assert JOB.part(tmp_path, JOB.shards[1]) == tmp_path / "parts" / "part-000001.csv"


def test_a_folder_without_a_manifest_has_none(tmp_path: Path) -> None:
    assert read_manifest(tmp_path) is None
    assert read_manifest(tmp_path / "none") is None


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "cannot be read"),
        ("[]", "is of another version of tenfold"),
        ('{"format_version": 99}', "is of another version of tenfold"),
        ('{"format_version": 1}', "is damaged"),
    ],
)
def test_a_damaged_manifest_is_told(content: str, said: str, tmp_path: Path) -> None:
    (tmp_path / NAME).write_text(content)
    with pytest.raises(OutputError, match=said):
        read_manifest(tmp_path)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"model_sha256": "cd" * 32}, "the model abababababab, this is cdcdcdcdcdcd"),
        ({"engine": "openvino"}, "the engine onnxruntime, this is openvino"),
        ({"versions": {"tenfold": "2"}}, "tenfold 1, this is 2"),
        ({"settings": Settings(keep=())}, r"keep=\('name',\), this has \(\)"),
        ({"inputs": (InputFile(name="o.csv", form="text"),)}, "others, such as t.csv"),
    ],
)
def test_another_job_is_refused_with_what_differs(change: dict[str, Any], said: str) -> None:
    refuse_other_job(JOB, JOB, Path("out"))
    with pytest.raises(OutputError, match=f"out: holds another job: .*{said}"):
        refuse_other_job(JOB, replace(JOB, **change), Path("out"))


def test_it_is_plain_json(tmp_path: Path) -> None:
    JOB.write(tmp_path)
    assert json.loads((tmp_path / NAME).read_text()) == json.loads(json.dumps(JOB.to_json()))
