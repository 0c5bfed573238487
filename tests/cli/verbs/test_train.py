"""tenfold train, from the command line: the main job without a submission."""

from __future__ import annotations

from typing import Any

import pytest

from command_line import call
from tenfold.cli.verbs import train as verb


def test_train_is_run_without_a_submission(monkeypatch: pytest.MonkeyPatch) -> None:
    given: dict[str, Any] = {}
    monkeypatch.setattr(verb, "main_job", lambda **options: given.update(options))
    assert call("train", "a.csv", "--recipe", "strong", "--seed", "3") == 0
    assert given["submit"] is False
    assert (given["data"], given["recipe"], given["seed"]) == (("a.csv",), "strong", 3)
    assert "engine" not in given  # nothing is predicted


def test_what_only_a_submission_needs_is_no_option(capsys: pytest.CaptureFixture[str]) -> None:
    assert call("train", "a.csv", "--engine", "openvino") == 1
    assert "--engine" in capsys.readouterr().err
