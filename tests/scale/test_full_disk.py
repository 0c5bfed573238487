"""A full disk ends a job with its name for it, and the same command goes on once there is room."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from command_line import call
from conftest import drawn_digits
from scored import content_of, score
from small_disk import enlarge, small_disk

__all__ = ["small_disk"]  # a fixture


def test_a_job_goes_on_after_a_full_disk(
    small_disk: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tiles, whole, out = tmp_path / "t.npy", tmp_path / "whole", small_disk / "o"
    np.save(tiles, np.tile(drawn_digits(30).images, (100, 1, 1)))
    score(tiles, whole, shard_rows=300)
    words = ["score", str(tiles), "--shard-rows", "300", "--workers", "1", "-o"]
    assert call(*words, str(out)) == 2
    error = capsys.readouterr().err
    assert f"error: {out}" in error
    assert "hint: the disk is full: free some space or choose another place" in error
    assert 0 < len(list((out / "parts").iterdir())) < 10
    enlarge(small_disk)
    assert call(*words, str(out)) == 0
    assert content_of(out) == content_of(whole)
