"""The folder of a search: created, locked, replaced, found again."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

pytest.importorskip("filelock", reason="the train extra is not installed")

from tenfold.errors import DataError, OutputError
from tenfold.interop.tuning.search_folder import ENTRIES, SearchFolder, existing_search
from tenfold.interop.tuning.settings import TuningFacts

FACTS = TuningFacts(
    paths=("train.csv",), files=(), rows=10, seed=0, trials=3, held_out=0.1, recipe={}, space={}
)


def create(folder: SearchFolder, *, force: bool = False) -> None:
    with folder.created(FACTS, force=force):
        pass


def test_a_new_folder_has_its_settings_and_is_found_again(tmp_path: Path) -> None:
    folder = SearchFolder(tmp_path / "a" / "out")
    create(folder)
    assert TuningFacts.read(folder.settings) == FACTS
    assert existing_search(folder.path) == folder
    with pytest.raises(DataError, match=r"not the folder of a search \(it has no tuning\.json\)"):
        existing_search(tmp_path / "a")


def test_a_folder_that_a_search_works_in_is_not_taken_from_it(tmp_path: Path) -> None:
    folder = SearchFolder(tmp_path / "out")
    with folder.created(FACTS, force=False), pytest.raises(OutputError):
        create(folder, force=True)


def test_an_old_search_is_replaced_by_force_alone(tmp_path: Path) -> None:
    folder = SearchFolder(tmp_path / "out")
    create(folder)
    folder.study.touch()
    folder.trial(0).model.mkdir(parents=True)
    folder.recipe.touch()
    with pytest.raises(OutputError):
        create(folder)
    assert folder.study.exists()
    create(folder, force=True)
    left = {path.name for path in folder.path.iterdir()} & set(ENTRIES)
    assert left == {"tuning.json"}


def test_force_leaves_what_is_not_of_a_search(tmp_path: Path) -> None:
    letter = tmp_path / "out" / "letter.txt"
    letter.parent.mkdir()
    letter.write_text("dear")
    with pytest.raises(OutputError):
        create(SearchFolder(letter.parent), force=True)
    assert letter.read_text() == "dear"


def test_every_path_is_an_entry_that_force_removes(tmp_path: Path) -> None:
    folder = SearchFolder(tmp_path)
    paths = [folder.settings, folder.study, folder.recipe, folder.table, folder.model]
    paths += [folder.report, folder.trial(3).path.parent]
    assert {path.relative_to(tmp_path).as_posix() for path in paths} == set(ENTRIES)


def test_the_command_to_resume_can_be_pasted(tmp_path: Path) -> None:
    folder = SearchFolder(tmp_path / "my search")
    assert shlex.split(folder.resume_command) == ["tenfold", "tune", "--resume", str(folder.path)]
