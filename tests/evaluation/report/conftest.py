"""Reports that the tests of this room read, each drawn once."""

from __future__ import annotations

from pathlib import Path

import pytest

from reports import evaluation, full_report
from tenfold.evaluation.report import Report, write_report


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a full report, which takes a while to draw."""
    folder = tmp_path_factory.mktemp("report")
    write_report(full_report(), folder)
    return folder


@pytest.fixture(scope="session")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a report that knows nothing but the evaluation."""
    folder = tmp_path_factory.mktemp("bare")
    report = Report(evaluation(place="scan\udcff.png"), title="on other data")
    write_report(report, folder)
    return folder


@pytest.fixture(scope="session")
def page(written: Path) -> str:
    return (written / "report.html").read_text(encoding="utf-8")
