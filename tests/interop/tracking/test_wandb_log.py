"""What goes to Weights & Biases, offline."""

from __future__ import annotations

from pathlib import Path

import pytest

from recorded_library import named, record
from tenfold.interop.tracking.wandb_log import WandbLog


def test_a_run_is_offline_and_sends_no_code(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    calls = record(monkeypatch, "wandb_log")
    log = WandbLog(str(tmp_path / "there"))
    log.open(Path("runs/fast-1"), {"epochs": 2})
    assert (tmp_path / "there").is_dir()
    ((_, _, settings),) = named(calls, "Settings")
    assert settings == {
        "console": "off", "disable_git": True, "save_code": False, "x_disable_stats": True,
    }  # fmt: skip
    ((_, _, opened),) = named(calls, "init")
    assert opened["mode"] == "offline"
    assert opened["name"] == "fast-1"


def test_epochs_are_numbered_and_files_are_an_artifact(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = record(monkeypatch, "wandb_log")
    log = WandbLog(None)
    log.open(Path("runs/fast-1"), {})
    log.scalars({"loss": 0.5}, 3)
    log.scalars({"accuracy": 0.9}, 0)
    log.files("model", Path("m"))
    log.close()
    assert [given[0] for _, given, _ in named(calls, ".log")] == [
        {"loss": 0.5, "epoch": 3},
        {"accuracy": 0.9},
    ]
    assert named(calls, "add_dir")[0][1] == ("m",)
    assert len(named(calls, "log_artifact")) == 1
    assert calls[-1][0].endswith("finish")
