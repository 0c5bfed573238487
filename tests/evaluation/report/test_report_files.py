"""The files of a report."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from reports import FIGURES, full_report, needs_extra
from tenfold.errors import MissingExtraError
from tenfold.evaluation.report import write_report


@needs_extra
def test_a_report_is_one_page_and_its_figures(written: Path):
    assert {path.name for path in written.iterdir()} == {"report.html", "figures"}
    assert {path.name for path in (written / "figures").iterdir()} == FIGURES
    for path in (written / "figures").iterdir():
        assert path.read_bytes().startswith(b"\x89PNG")


@needs_extra
def test_a_file_name_that_is_no_unicode_does_not_cost_the_report(bare: Path):
    assert "scan?.png" in (bare / "report.html").read_text(encoding="utf-8")


@needs_extra
def test_the_same_report_is_written_the_same_twice(page: str, tmp_path: Path):
    write_report(full_report(), tmp_path)
    assert (tmp_path / "report.html").read_text(encoding="utf-8") == page


@pytest.mark.parametrize("absent", ["matplotlib", "jinja2"])
def test_a_missing_extra_says_what_to_type_and_writes_nothing(
    absent: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(sys.modules, absent, None)
    with pytest.raises(MissingExtraError, match="report") as refused:
        write_report(full_report(), tmp_path / "report")
    assert "[report]'" in refused.value.hint
    assert not (tmp_path / "report").exists()
