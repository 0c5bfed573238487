from __future__ import annotations

import pytest

from tenfold.sources.left_out import is_left_out


@pytest.mark.parametrize(
    "path",
    [".DS_Store", "7/._a.png", "__MACOSX/7/a.png", ".ipynb_checkpoints/a-checkpoint.png",
     "7/Thumbs.db", "desktop.ini", "a/.hidden/b.csv"],
)  # fmt: skip
def test_what_systems_and_programs_leave(path: str) -> None:
    assert is_left_out(path)


@pytest.mark.parametrize("path", ["7/a.png", "train.csv", "thumbs.png", "a.b/c.csv"])
def test_data_are_kept(path: str) -> None:
    assert not is_left_out(path)
