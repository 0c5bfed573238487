from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("filelock", reason="locks come with the train extra")

from tenfold.errors import OutputError
from tenfold.files.locks import NAME, locked
from tenfold.files.new_folder import new_folder


def names(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir() if entry.name != NAME)


def make(folder: Path, *, force: bool, inner: tuple[Path, ...] = ()) -> None:
    def fill() -> None:
        (folder / "facts").write_text("new")

    with new_folder(folder, fill, ours=("facts", "old", "trials"), force=force, inner=inner):
        assert names(folder) == ["facts"]
        with pytest.raises(OutputError, match="in use by"), locked(folder):
            pass


def test_a_folder_is_created_filled_and_locked(tmp_path: Path) -> None:
    make(tmp_path / "a" / "b", force=False)
    assert names(tmp_path / "a" / "b") == ["facts"]


def test_an_old_folder_is_emptied_by_force_alone(tmp_path: Path) -> None:
    (tmp_path / "trials").mkdir()
    (tmp_path / "old").write_text("old")
    with pytest.raises(OutputError):
        make(tmp_path, force=False)
    assert names(tmp_path) == ["old", "trials"]
    make(tmp_path, force=True)


def test_a_folder_with_entries_of_others_is_never_emptied(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("")
    with pytest.raises(OutputError):
        make(tmp_path, force=True)
    assert names(tmp_path) == ["thesis.txt"]


def test_a_locked_inner_folder_keeps_everything(tmp_path: Path) -> None:
    inner = tmp_path / "trials"
    inner.mkdir()
    with locked(inner), pytest.raises(OutputError, match="in use by"):
        make(tmp_path, force=True, inner=(inner,))
    assert names(tmp_path) == ["trials"]


def test_nothing_is_left_of_a_folder_that_could_not_be_filled(tmp_path: Path) -> None:
    def fail() -> None:
        raise OSError("disk full")

    with (
        pytest.raises(OSError, match="disk full"),
        new_folder(tmp_path / "new", fail, ours=(), force=False),
    ):
        pass
    assert not (tmp_path / "new").exists()
