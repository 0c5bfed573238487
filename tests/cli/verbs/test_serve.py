"""tenfold serve, from the command line: what is passed to the server."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from command_line import call
from tenfold.serving.processes.worker import Settings


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Settings, dict[str, Any]]]:
    """The settings and options of each server; none is started, but each says that it is ready."""
    made: list[tuple[Settings, dict[str, Any]]] = []

    def serve(settings: Settings, *, ready: Callable[[str], object], **options: Any) -> None:
        made.append((settings, options))
        ready("http://127.0.0.1:8000/")

    monkeypatch.setattr("tenfold.serving.processes.server.serve", serve)
    return made


def test_each_option_reaches_the_server(
    calls: list[tuple[Settings, dict[str, Any]]], tmp_path: Path
) -> None:
    (tmp_path / "token").write_text("sesame\n")
    options = ["--host", "0.0.0.0", "--port", "9000", "--workers", "2", "--keep", "kept"]
    names = ["--allow-host", "a.example", "--allow-host", "b.example"]
    origins = ["--allow-origin", "https://a.example"]
    limits = ["--tiles-max", "7", "--answer-seconds", "2.5"]
    token = ["--token-file", str(tmp_path / "token")]
    assert call("serve", "--model", "mnist", *options, *names, *origins, *limits, *token) == 0
    ((settings, passed),) = calls
    assert (settings.model, settings.keep, settings.token) == ("mnist", "kept", "sesame")
    assert settings.hosts == ("a.example", "b.example")
    assert settings.origins == ("https://a.example",)
    assert (settings.limits.tiles_max, settings.limits.answer_seconds) == (7, 2.5)
    assert (passed["host"], passed["port"], passed["workers"]) == ("0.0.0.0", 9000, 2)


def test_the_address_is_printed_in_json_alone(
    calls: list[tuple[Settings, dict[str, Any]]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert call("serve") == 0
    assert capsys.readouterr().out == ""
    assert call("serve", "--json") == 0
    assert json.loads(capsys.readouterr().out) == {"url": "http://127.0.0.1:8000/"}


def test_a_limit_of_nothing_is_refused(
    calls: list[tuple[Settings, dict[str, Any]]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert call("serve", "--tiles-max", "0") == 1
    assert "--tiles-max is 0" in capsys.readouterr().err
    assert calls == []
