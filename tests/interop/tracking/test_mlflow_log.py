"""What goes to MLflow, by a client of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from recorded_library import named, record
from tenfold.interop.tracking import mlflow_log
from tenfold.interop.tracking.mlflow_log import MlflowLog


def opened_at(monkeypatch: pytest.MonkeyPatch, uri: str | None, *, database: bool) -> str:
    monkeypatch.setattr(mlflow_log, "find_spec", lambda name: object() if database else None)
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "")
    calls = record(monkeypatch, "mlflow_log")
    MlflowLog(uri).open(Path("runs/fast-1"), {})
    return str(named(calls, "MlflowClient")[0][2]["tracking_uri"])


def test_without_an_address_the_runs_lie_in_the_working_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "https://elsewhere")
    assert opened_at(monkeypatch, None, database=True) == "sqlite:///mlflow.db"
    assert opened_at(monkeypatch, None, database=False) == (tmp_path / "mlruns").as_uri()
    assert opened_at(monkeypatch, "http://mine", database=True) == "http://mine"


def test_each_value_is_logged_once(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = record(monkeypatch, "mlflow_log")
    log = MlflowLog("http://mine")
    log.open(Path("runs/fast-1"), {"epochs": 2, "rotation": 5.0})
    log.scalars({"loss": 0.5, "accuracy": 0.9}, 3)
    log.figure("confusion", Path("a.png"))
    log.files("model", Path("m"))
    log.close()
    assert [given[1:] for _, given, _ in named(calls, "log_param")] == [
        ("epochs", 2),
        ("rotation", 5.0),
    ]
    metrics = [(given[1:], rest) for _, given, rest in named(calls, "log_metric")]
    assert metrics == [(("loss", 0.5), {"step": 3}), (("accuracy", 0.9), {"step": 3})]
    assert named(calls, "log_artifact")[0][1][1:] == ("a.png", "figures")
    assert named(calls, "log_artifacts")[0][1][1:] == ("m", "model")
    assert len(named(calls, "set_terminated")) == 1
