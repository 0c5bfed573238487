"""What goes to trackio."""

from __future__ import annotations

from pathlib import Path

import pytest

from recorded_library import named, record
from tenfold.interop.tracking.trackio_log import TrackioLog


@pytest.mark.parametrize("space", [None, "me/runs"])
def test_a_run_stays_here_unless_a_space_is_named(
    space: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = record(monkeypatch, "trackio_log")
    log = TrackioLog(space)
    log.open(Path("runs/fast-1"), {"epochs": 2})
    log.scalars({"loss": 0.5}, 3)
    log.figure("confusion", Path("a.png"))
    log.files("model", Path("runs/fast-1/model"))
    log.close()
    ((_, _, opened),) = named(calls, "init")
    assert opened == {
        "project": "tenfold", "name": "fast-1", "config": {"epochs": 2}, "space_id": space,
        "auto_log_cpu": False, "auto_log_gpu": False,
    }  # fmt: skip
    logged = [(given[0], rest) for _, given, rest in named(calls, "log")]
    assert logged[0] == ({"loss": 0.5}, {"step": 3})
    assert list(logged[1][0]) == ["figures/confusion"]
    assert logged[2][0] == {"model": "runs/fast-1/model"}
    assert calls[-1][0] == "finish"
