"""What an error prints, and its exit code."""

from __future__ import annotations

import json

import pytest

from command_line import call
from tenfold.cli import main
from tenfold.errors import UsageError


def test_errors_are_json_on_request(capsys: pytest.CaptureFixture[str]) -> None:
    assert call("predict", "nowhere.csv", "--json") == 2
    error = json.loads(capsys.readouterr().err)
    assert error["error"].startswith("nowhere.csv: ")
    assert error["hint"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["--debug", "train", "x", "--recipe", "fats"],
        ["train", "x", "--recipe", "fats", "--debug"],
    ],
)
def test_debug_shows_the_traceback(arguments: list[str]) -> None:
    with pytest.raises(UsageError):
        main(arguments)


@pytest.mark.parametrize(
    ("raised", "code", "message"),
    [
        (KeyboardInterrupt(), 130, "interrupted"),
        (EOFError("no more"), 2, "error: EOFError: no more"),
        (MemoryError(), 2, "error: MemoryError"),
    ],
)
def test_an_unexpected_error_shows_no_traceback(
    raised: BaseException,
    code: int,
    message: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail(*arguments: object, **options: object) -> None:
        raise raised

    monkeypatch.setattr("tenfold.predictions.predict", fail)
    assert call("predict", "x.csv") == code
    stderr = capsys.readouterr().err
    assert message in stderr
    assert "Traceback" not in stderr
