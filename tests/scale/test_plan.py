"""The plan: shards in the order of the inputs, the manifest whole at the end, and not before."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from cut_inputs import found
from scored import write_table
from tenfold.errors import DataError
from tenfold.scale import plan
from tenfold.scale.manifest import Manifest, read_manifest
from tenfold.scale.settings import Settings


def job(*paths: Path, rows: int) -> Manifest:
    inputs = tuple(file for path in paths for file in found(path))
    return Manifest(inputs=inputs, settings=Settings(rows=rows))


def test_shards_are_some_hundred_and_neither_tiny_nor_huge() -> None:
    assert plan.shard_rows(0) == plan.shard_rows(10**6) == 10_000
    assert plan.shard_rows(256 * 20_000) == 20_000
    assert plan.shard_rows(10**9) == 150_000


def test_the_shards_are_numbered_over_all_inputs(tmp_path: Path) -> None:
    paths = [write_table(tmp_path / "a.csv", 25), write_table(tmp_path / "b.csv", 5)]
    shards = list(plan.cut_inputs(job(*paths, rows=10), tmp_path))
    assert [shard.number for shard in shards] == [0, 1, 2, 3]
    assert [shard.input for shard in shards] == [0, 0, 0, 1]
    assert [(s.cut.first_row, s.cut.rows) for s in shards] == [(1, 10), (11, 10), (21, 5), (1, 5)]
    written = read_manifest(tmp_path)
    assert written is not None
    assert written.planned
    assert written.shards == tuple(shards)
    digests = [hashlib.sha256(path.read_bytes()).hexdigest() for path in paths]
    assert [file.sha256 for file in written.inputs] == digests


def test_the_manifest_is_not_planned_before_all_is_cut(tmp_path: Path) -> None:
    table = write_table(tmp_path / "a.csv", 25)
    cutting = plan.cut_inputs(job(table, rows=10), tmp_path)
    next(cutting)
    assert read_manifest(tmp_path) is None
    table.write_bytes(table.read_bytes() + b"\n")
    with pytest.raises(DataError, match=r"a\.csv: was changed after this job began"):
        list(cutting)
    assert read_manifest(tmp_path) is None


def test_inputs_are_compared_by_size_then_time_then_content(tmp_path: Path) -> None:
    table = write_table(tmp_path / "a.csv", 5)
    list(plan.cut_inputs(job(table, rows=10), tmp_path))
    written = read_manifest(tmp_path)
    assert written is not None
    assert plan.unchanged(written.inputs, verify=False) == written.inputs
    os.utime(table, ns=(5, 5))
    (same,) = plan.unchanged(written.inputs, verify=False)
    assert same.modified_ns == 5
    content = table.read_bytes()
    table.write_bytes(content[:-2] + b"1\n")
    os.utime(table, ns=(5, 5))
    assert plan.unchanged([same], verify=False) == (same,)  # size and time say nothing
    with pytest.raises(DataError, match="was changed"):
        plan.unchanged([same], verify=True)
    os.utime(table, ns=(6, 6))
    with pytest.raises(DataError, match="was changed"):
        plan.unchanged([same], verify=False)
    table.write_bytes(content[:-2])
    with pytest.raises(DataError, match="was changed"):
        plan.unchanged([same], verify=False)


def test_versions_are_of_what_can_change_a_byte() -> None:
    assert {*plan.versions_of("onnxruntime", "csv")} == {"tenfold", "numpy", "onnxruntime"}
    assert "pyarrow" in plan.versions_of("onnxruntime", "parquet")
    assert plan.versions_of("openvino", "csv")["precision"] in ("bf16", "f32")
    assert plan.versions_of("no such engine", "csv")["no such engine"] == "?"
