"""tenfold compare, from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from command_line import call


def test_compare_takes_what_evaluate_has_written(
    reports: tuple[str, str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call("compare", *reports[:2], "--out", str(tmp_path / "out")) == 0
    assert "No difference can be told from these 40 rows." in capsys.readouterr().out
    assert call("compare", *reports[:2], "--json") == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["n"], answer["better"], answer["mcnemar_p"]) == (40, None, 1.0)
    assert (tmp_path / "out" / "differing.csv").exists()


def test_reports_on_different_files_are_not_compared(
    reports: tuple[str, str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert call("compare", reports[0], reports[2]) == 2
    assert "were measured on different data" in capsys.readouterr().err
