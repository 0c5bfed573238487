"""tenfold fetch, from the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from command_line import call

SHA256 = "ab" * 32


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The arguments of each download, none of which is made."""
    made: list[dict[str, Any]] = []

    def fetch(url: str, to: str, **options: Any) -> list[Path]:
        made.append({"url": url, "to": to, **options})
        return [Path(to) / "a.csv", Path(to) / "b.csv"]

    monkeypatch.setattr("tenfold.sources.fetching.download.fetch", fetch)
    return made


def test_fetch_passes_what_was_typed_and_prints_the_files(
    calls: list[dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    checks = ["--sha256", SHA256, "--size", "9", "--timeout", "60"]
    assert call("fetch", "https://example.org/d.zip", "--to", "data", *checks) == 0
    assert capsys.readouterr().out.splitlines() == ["data/a.csv", "data/b.csv"]
    (made,) = calls
    assert (made["url"], made["to"]) == ("https://example.org/d.zip", "data")
    assert (made["sha256"], made["size_bytes"], made["force"]) == (SHA256, 9, False)
    assert made["policy"].fetch_seconds_max == 60


def test_fetch_answers_in_json(
    calls: list[dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert call("fetch", "https://example.org/d.zip", "--to", "data", "--json", "--force") == 0
    assert json.loads(capsys.readouterr().out) == {"files": ["data/a.csv", "data/b.csv"]}
    assert calls[0]["force"] is True


def test_fetch_needs_a_folder(capsys: pytest.CaptureFixture[str]) -> None:
    assert call("fetch", "https://example.org/d.zip") == 1
    assert "--to" in capsys.readouterr().err
