"""What a worker of Ray does, called without Ray."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tenfold.errors import DataError
from tenfold.scale.runners.error_json import error_from_json
from tenfold.scale.runners.ray_task import carry_out


@pytest.fixture(autouse=True)
def _back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(Path.cwd())  # wherever the task goes


def test_a_function_is_called_in_the_folder_of_the_job(tmp_path: Path) -> None:
    assert carry_out(str(tmp_path), os.getcwd) == {"done": os.path.realpath(tmp_path)}


def test_an_error_comes_back_as_one(tmp_path: Path) -> None:
    def fail(name: str) -> None:
        raise DataError(f"{name}: bad", hint="mend it")

    problem = error_from_json(carry_out(str(tmp_path), fail, "t.csv"))
    assert isinstance(problem, DataError)
    assert str(problem) == "t.csv: bad\nhint: mend it"


def test_a_folder_that_the_node_does_not_share_is_told(tmp_path: Path) -> None:
    answer = carry_out(str(tmp_path / "none"), os.getcwd)
    assert "none: is not there on the node" in str(error_from_json(answer))
