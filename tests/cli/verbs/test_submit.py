"""tenfold submit, from the command line."""

from __future__ import annotations

import json
from typing import Any

import pytest

from command_line import call
from tenfold.interop.kaggle.upload import Submitted

SUBMITTED = Submitted("bars", "s.csv", 4711, "Successfully submitted", 3, 0.99)


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The arguments of each submission, none of which is sent."""
    made: list[dict[str, Any]] = []

    def submit(path: str, message: str, **options: Any) -> Submitted:
        made.append({"path": path, "message": message, **options})
        return SUBMITTED

    monkeypatch.setattr("tenfold.interop.kaggle.upload.submit", submit)
    return made


def test_submit_passes_what_was_typed_and_prints_the_answer(
    calls: list[dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--model", "mnist", "--data", "test.csv", "--competition", "bars", "--wait", "9"]
    assert call("submit", "s.csv", "-m", "first", *options) == 0
    assert capsys.readouterr().out == f"{SUBMITTED}\n"
    (made,) = calls
    del made["progress"]
    assert made == {
        "path": "s.csv", "message": "first", "model": "mnist", "data": "test.csv",
        "competition": "bars", "wait": 9.0, "unchecked": False,
    }  # fmt: skip


def test_submit_answers_in_json(
    calls: list[dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert call("submit", "s.csv", "-m", "first", "--unchecked", "--json") == 0
    assert json.loads(capsys.readouterr().out) == SUBMITTED.to_json()
    assert (calls[0]["unchecked"], calls[0]["competition"]) == (True, "digit-recognizer")
    assert calls[0]["model"] is None


@pytest.mark.parametrize(
    "arguments", [["s.csv"], ["-m", "first"], ["s.csv", "-m", "first", "--wait", "-1"]]
)
def test_what_is_missing_or_wrong_is_refused_before_anything_is_sent(
    calls: list[dict[str, Any]], arguments: list[str]
) -> None:
    assert call("submit", *arguments) == 1
    assert calls == []
