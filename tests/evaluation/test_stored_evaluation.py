"""Evaluations on disk."""

from __future__ import annotations

from pathlib import Path

import pytest

from reports import evaluation
from tenfold.errors import DataError
from tenfold.evaluation.evaluation_files import write_evaluation
from tenfold.evaluation.stored_evaluation import read_stored
from tenfold.files import write_json


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_evaluation(evaluation(), tmp_path)
    return tmp_path


def test_an_evaluation_comes_back_with_its_path_as_typed(folder: Path) -> None:
    stored = read_stored(f"{folder}/")
    assert stored.path == f"{folder}/"
    assert len(stored.evaluation) == len(evaluation())
    assert stored.files is None
    assert stored.coverage == "60 rows"


def test_the_files_that_it_belongs_to_are_counted(folder: Path) -> None:
    files = [
        {"name": name, "sha256": name * 32, "size_bytes": 1, "rows": rows}
        for name, rows in (("ab", 100), ("cd", 200))
    ]
    write_json(folder / "data.json", {"files": files})
    stored = read_stored(folder)
    assert stored.files == ("ab" * 32, "cd" * 32)
    assert stored.coverage == "60 of 300 rows"


def test_a_damaged_data_json_is_named(folder: Path) -> None:
    (folder / "data.json").write_text("{")
    with pytest.raises(DataError, match=r"data\.json"):
        read_stored(folder)


def test_another_folder_says_what_to_give(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="neither a run folder") as refused:
        read_stored(tmp_path)
    assert "tenfold run" in refused.value.hint


def test_an_unfinished_run_says_how_to_go_on(tmp_path: Path) -> None:
    (tmp_path / "recipe.toml").write_text("")
    with pytest.raises(DataError, match="this run has no evaluation") as refused:
        read_stored(tmp_path)
    assert "--resume" in refused.value.hint
