"""tenfold export, from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from command_line import call
from tenfold.classifier import find_model
from tenfold.model_folder import open_model


def test_export_prints_the_files_that_it_wrote(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "copy"
    assert call("export", "mnist", "--to", str(out), "--format", "onnx") == 0
    printed = capsys.readouterr().out.splitlines()
    assert printed == sorted(str(file) for file in out.iterdir())
    assert open_model(out).version == find_model("mnist").version


def test_export_answers_in_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "copy"
    assert call("export", "mnist", "--to", str(out), "--format", "onnx", "--json") == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["folder"] == str(out)
    assert answer["files"] == sorted(file.name for file in out.iterdir())


def test_export_refuses_another_format(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("export", "mnist", "--to", str(tmp_path / "out"), "--format", "pt") == 1
    assert "'pt' is not one of 'html', 'onnx'" in capsys.readouterr().err
