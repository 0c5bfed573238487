"""Data and evaluations that the tests of several verbs use."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from command_line import call
from conftest import csv_text, drawn_digits


@pytest.fixture
def unlabelled_csv(tmp_path: Path) -> Path:
    path = tmp_path / "test.csv"
    path.write_text(csv_text(drawn_digits(30), labelled=False))
    return path


@pytest.fixture(scope="session")
def reports(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str, str]:
    """The shipped model, evaluated on drawn bars, which it cannot read: twice, and on others."""
    folder = tmp_path_factory.mktemp("reports")
    for name, seed in (("one", 0), ("more", 1)):
        (folder / f"{name}.csv").write_text(csv_text(drawn_digits(40, seed=seed)))
        data, out = str(folder / f"{name}.csv"), str(folder / name)
        assert call("evaluate", "mnist", "--data", data, "--out", out, "--quiet") == 0
    shutil.copytree(folder / "one", folder / "other")
    return str(folder / "one"), str(folder / "other"), str(folder / "more")
