from __future__ import annotations

import json
from pathlib import Path

import pytest

from command_line import call
from tenfold import machine_trials


@pytest.fixture
def times(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of a machine that has measured once."""
    monkeypatch.setenv("TENFOLD_CACHE_DIR", str(tmp_path))
    monkeypatch.setattr(machine_trials, "_known", {})
    machine_trials.measured("which engine", lambda: {"onnxruntime": 0.25})
    return tmp_path / "trials.json"


def test_the_measured_times_are_shown(capsys: pytest.CaptureFixture[str], times: Path) -> None:
    assert call("machine") == 0
    text = capsys.readouterr().out
    assert str(times) in text
    assert "which engine\n    onnxruntime 0.25 s" in text
    assert call("machine", "--json") == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["times"] == {"which engine": {"onnxruntime": 0.25}}
    assert {"cpu", "threads", "packages", "times_file"} < set(answer)


def test_the_measured_times_are_forgotten(capsys: pytest.CaptureFixture[str], times: Path) -> None:
    assert call("machine", "--forget") == 0
    assert "none yet" in capsys.readouterr().out
    assert not times.exists()
    assert machine_trials.remembered("which engine") is None
    assert call("machine", "--forget") == 0, "nothing to forget is no error"
