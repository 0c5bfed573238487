"""tenfold evaluate, from the command line."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from command_line import call
from conftest import csv_text, drawn_digits


def test_evaluate_runs_on_the_engine_that_was_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "train.csv"
    path.write_text(csv_text(drawn_digits(30)))
    monkeypatch.setitem(sys.modules, "openvino", None)  # as if it were not installed
    assert call("evaluate", "mnist", "--data", str(path), "--engine", "openvino") == 1
    assert "[openvino]'" in capsys.readouterr().err
    assert call("evaluate", "mnist", "--data", str(path), "--engine", "onnxruntime") == 0


def test_evaluate_gives_accuracy_with_n_and_interval(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mine.csv").write_text(csv_text(drawn_digits(40)))
    out = tmp_path / "out"
    assert call("evaluate", "mnist", "--data", str(tmp_path / "mine.csv"), "--out", str(out)) == 0
    assert re.search(r"accuracy: [\d.]+% \(n=40, 95 % [\d.]+% to ", capsys.readouterr().out)
    assert (out / "metrics.json").exists()
    assert (out / "mistakes.csv").exists()
