"""A full disk ends a job with its name for it, and the same command goes on once there is room."""

from __future__ import annotations

from pathlib import Path

import pytest

from command_line import call
from scored import content_of, write_table
from small_disk import enlarge, small_disk

__all__ = ["small_disk"]  # a fixture


def test_a_job_goes_on_after_a_full_disk(
    small_disk: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table, whole, out = write_table(tmp_path / "t.csv", 3000), tmp_path / "whole", small_disk / "o"
    words = ["score", str(table), "--shard-rows", "300", "--workers", "1", "-o"]
    assert call(*words, str(whole)) == 0
    assert call(*words, str(out)) == 2
    error = capsys.readouterr().err
    assert f"error: {out}" in error
    assert "hint: the disk is full: free some space or choose another place" in error
    assert 0 < len(list((out / "parts").iterdir())) < 10
    enlarge(small_disk)
    assert call(*words, str(out)) == 0
    assert content_of(out) == content_of(whole)
