"""tenfold tune, from the command line."""

from __future__ import annotations

import json
from typing import Any

import pytest

from command_line import call
from tenfold.evaluation.tuning import Tuning
from tunings import tuning_of


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """The arguments of each search, none of which is made."""
    made: list[tuple[Any, ...]] = []

    def search(data: Any, recipe: str, **options: Any) -> Tuning:
        made.append(("tune", tuple(data), recipe, options))
        return tuning_of()

    def go_on(folder: str, **options: Any) -> Tuning:
        made.append(("resume", folder, options))
        return tuning_of()

    monkeypatch.setattr("tenfold.interop.tuning.tune", search)
    monkeypatch.setattr("tenfold.interop.tuning.resume", go_on)
    return made


def test_tune_passes_what_was_typed_and_prints_the_recipe_file(
    calls: list[tuple[Any, ...]], capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--recipe", "smoke", "--trials", "3", "--vary", "rotation,zoom", "--channels", "4"]
    assert call("tune", "train.csv", *options) == 0
    printed = capsys.readouterr()
    assert printed.out == f"{tuning_of().recipe_file}\n"
    assert tuning_of().verdict in printed.err
    ((_, data, recipe, made),) = calls
    assert (data, recipe, made["trials"], made["channels"]) == (("train.csv",), "smoke", 3, 4)
    assert (made["vary"], made["held_out"]) == (["rotation", "zoom"], 0.1)
    assert "epochs" not in made  # which was not typed


def test_resume_takes_more_trials_only_where_they_were_typed(
    calls: list[tuple[Any, ...]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert call("tune", "--resume", "out", "--json") == 0
    assert json.loads(capsys.readouterr().out)["best"] == 1
    assert call("tune", "--resume", "out", "--trials", "9") == 0
    assert [(folder, made["trials"]) for _, folder, made in calls] == [("out", None), ("out", 9)]


def test_resume_refuses_what_the_search_has_fixed(calls: list[tuple[Any, ...]]) -> None:
    assert call("tune", "--resume", "out", "--seed", "3") == 1
    assert calls == []
