"""The page of a search."""

from __future__ import annotations

from pathlib import Path

import pytest

from reports import needs_extra, text_of
from tenfold.errors import MissingExtraError
from tenfold.evaluation.report.tuning_report import write_tuning_report
from tunings import tuning_of


@needs_extra
def test_the_page_needs_no_other_file_and_tells_the_outcome(tmp_path: Path) -> None:
    tuning = tuning_of(mistakes=0, before=10)
    write_tuning_report(tuning, tmp_path, environment={"python": "3.11.7", "threads": 2})
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert page.count("<svg") == 2 + 2
    assert "src=" not in page
    text = text_of(page)
    assert "The tuned recipe is better." in text
    assert "which no trial saw" in text
    assert "3.11.7" in text
    pictures = {path.name: path.read_bytes() for path in (tmp_path / "figures").iterdir()}
    assert set(pictures) == {"trials.png", "epochs.png", "rotation.png", "learning_rate.png"}
    assert all(content.startswith(b"\x89PNG") for content in pictures.values())


def test_without_the_extra_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing() -> None:
        raise MissingExtraError("drawing", "report")

    module = "tenfold.evaluation.report.tuning_report.require_report_extra"
    monkeypatch.setattr(module, missing)
    with pytest.raises(MissingExtraError):
        write_tuning_report(tuning_of(), tmp_path, environment={})
    assert list(tmp_path.iterdir()) == []
