"""tenfold run and train, from the command line: what reaches the library, what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from command_line import call


class Result(NamedTuple):
    folder: Path

    def to_json(self) -> dict[str, Any]:
        return {"run": str(self.folder)}


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The arguments of each run that is started or resumed; none is."""
    made: list[dict[str, Any]] = []

    def run(paths: list[str], recipe: str, **options: Any) -> Result:
        made.append({"paths": list(paths), "recipe": recipe, **options})
        return Result(Path("runs/fast-1"))

    def resume(out: str, **options: Any) -> Result:
        made.append({"out": out, **options})
        return Result(Path(out))

    monkeypatch.setattr("tenfold.main_job.run", run)
    monkeypatch.setattr("tenfold.main_job.resume", resume)
    return made


@pytest.mark.parametrize(("verb", "submits"), [("run", True), ("train", False)])
def test_a_run_is_started_with_what_was_typed(
    verb: str, submits: bool, calls: list[dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    fields = ["--recipe", "strong", "--epochs", "3", "--no-augment"]
    assert call(verb, "a.csv", "b.csv", *fields, "--seed", "5", "--out", "mine", "--force") == 0
    assert capsys.readouterr().out == "runs/fast-1\n"
    (made,) = calls
    assert made["paths"] == ["a.csv", "b.csv"]
    assert (made["recipe"], made["epochs"], made["augment"]) == ("strong", 3, False)
    assert "rotation" not in made
    assert (made["seed"], made["out"], made["force"]) == (5, "mine", True)
    assert made["submit"] is submits
    assert (made["folds"], made["final"], made["start"]) == (None, None, None)


def test_a_resumed_run_keeps_its_settings(
    calls: list[dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert call("run", "--resume", "runs/fast-1", "moved.csv", "--engine", "openvino") == 0
    (made,) = calls
    assert (made["out"], list(made["data"])) == ("runs/fast-1", ["moved.csv"])
    assert (made["engine"], made["submit"]) == ("openvino", True)
    assert call("run", "--resume", "runs/fast-1", "--seed", "1") == 1
    assert "--seed cannot be changed by --resume" in capsys.readouterr().err


def test_folds_and_the_final_model_are_what_was_typed(
    calls: list[dict[str, Any]],
) -> None:
    assert call("train", "a.csv", "--folds", "10", "--only", "0,3,7", "--quiet") == 0
    assert call("train", "a.csv", "--folds", "10", "--final", "ensemble", "--quiet") == 0
    assert (calls[0]["only"], calls[0]["final"]) == ([0, 3, 7], None)
    assert (calls[1]["only"], calls[1]["final"]) == ([], "ensemble")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--only", "1"], "--only and --final are for --folds"),
        (["--final", "none"], "--only and --final are for --folds"),
        (["--folds", "3", "--only", "one"], "give fold numbers separated by commas"),
        (["--folds", "1"], "--folds"),
        (["--replay", "old.csv"], "--replay is for --from"),
    ],
)
def test_options_that_do_not_belong_together_are_refused(
    options: list[str],
    said: str,
    calls: list[dict[str, Any]],
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert call("train", "a.csv", *options) == 1
    assert said in capsys.readouterr().err
    assert calls == []


def test_the_answer_in_json_is_that_of_the_result(
    calls: list[dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert call("run", "a.csv", "--json") == 0
    assert json.loads(capsys.readouterr().out) == {"run": "runs/fast-1"}
