"""The user's cache folder."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tenfold.files.user_cache import cache_folder


def test_the_variable_names_the_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TENFOLD_CACHE_DIR", str(tmp_path))
    assert cache_folder() == tmp_path


@pytest.mark.parametrize(
    ("system", "variable", "below_home"),
    [
        ("linux", "XDG_CACHE_HOME", ".cache/tenfold"),
        ("darwin", "", "Library/Caches/tenfold"),
        ("win32", "LOCALAPPDATA", "AppData/Local/tenfold"),
    ],
)
def test_each_system_has_its_place(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, system: str, variable: str, below_home: str
) -> None:
    monkeypatch.delenv("TENFOLD_CACHE_DIR")
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr("os.path.expanduser", lambda path: str(tmp_path))
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    assert cache_folder() == tmp_path / below_home
    if variable:
        monkeypatch.setenv(variable, str(tmp_path / "elsewhere"))
        assert cache_folder() == tmp_path / "elsewhere" / "tenfold"
