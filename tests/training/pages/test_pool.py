"""Composed pages on disk."""

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("cv2")
pytest.importorskip("matplotlib")

from tenfold.training.pages import pool
from tenfold.training.pages.page import Page


def test_a_shard_follows_from_seed_and_number(
    banks, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(pool, "PAGES", 2)
    file = pool.shard_file(tmp_path, 7, 3)
    assert file.name == "pages-7-0003.npz"
    pool.compose_shard(file, banks, 7, 3)
    assert [path.name for path in tmp_path.iterdir()] == [file.name]
    shard = pool.read_shard(file)
    assert set(shard) == set(Page._fields)
    assert len(shard["picture"]) == 2
    again = tmp_path / "again.npz"
    pool.compose_shard(again, banks, 7, 3)
    other = pool.read_shard(again)
    assert all(np.array_equal(shard[name], other[name]) for name in shard)
