"""The folder of a job's output: taken over where it is one, and cleared of what is half-written."""

from __future__ import annotations

from pathlib import Path

import pytest

from tenfold.errors import OutputError
from tenfold.scale.manifest import Manifest
from tenfold.scale.output_folder import held, open_folder, whole_parts
from tenfold.scale.shard import Receipt


def test_a_folder_without_a_job_is_new(tmp_path: Path) -> None:
    assert open_folder(tmp_path / "none", force=False) is None
    assert open_folder(tmp_path, force=False) is None
    for name in ("stdin", ".stdin.x1"):  # of a job that got no further
        (tmp_path / name).touch()
    assert open_folder(tmp_path, force=False) is None
    (tmp_path / "thesis.txt").touch()
    with pytest.raises(OutputError, match="holds no output of tenfold score"):
        open_folder(tmp_path, force=False)


def test_force_removes_a_job_and_nothing_else(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with held(out):
        Manifest(model="m").write(out)
    found = open_folder(out, force=False)
    assert found is not None
    assert found.model == "m"
    (out / "mine").touch()
    with pytest.raises(OutputError, match="it holds mine"):
        open_folder(out, force=True)
    (out / "mine").unlink()
    assert open_folder(out, force=True) is None
    assert not out.exists()


def test_what_is_half_written_goes_before_and_after_also_where_the_work_fails(
    tmp_path: Path,
) -> None:
    parts = tmp_path / "parts"
    parts.mkdir()
    (parts / ".part-000000.csv.abc").touch()
    (parts / "part-000001.csv").touch()

    def fail_while_held() -> None:
        with held(tmp_path):
            assert [path.name for path in parts.iterdir()] == ["part-000001.csv"]
            (parts / ".part-000002.csv.abc").touch()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_while_held()
    assert [path.name for path in parts.iterdir()] == ["part-000001.csv"]


def test_a_part_is_whole_by_size_and_with_verify_by_hash(tmp_path: Path) -> None:
    (tmp_path / "parts").mkdir()
    part = tmp_path / "parts" / "part-000000.csv"
    part.write_bytes(b"id\n1\n")
    sha256 = "db2c2c1e1f4b0a3ba0f8a5e9c0a5c9c7"  # of something else
    receipts = {0: Receipt(0, 1, 1, 0, 0, sha256, 5)}
    assert whole_parts(tmp_path, Manifest(), receipts, verify=False) == receipts
    assert whole_parts(tmp_path, Manifest(), receipts, verify=True) == {}
    part.write_bytes(b"id\n")
    assert whole_parts(tmp_path, Manifest(), receipts, verify=False) == {}


def test_a_part_whose_rejects_are_gone_is_not_whole(tmp_path: Path) -> None:
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "part-000000.csv").write_bytes(b"id\n")
    receipts = {0: Receipt(0, 1, 0, 1, 0, "", 3, rejects_sha256="00")}
    assert whole_parts(tmp_path, Manifest(), receipts, verify=False) == {}
    (tmp_path / "rejects").mkdir()
    (tmp_path / "rejects" / "part-000000.csv").touch()
    assert whole_parts(tmp_path, Manifest(), receipts, verify=False) == receipts
