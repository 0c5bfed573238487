"""The result of a run, as JSON and in a notebook."""

from __future__ import annotations

from pathlib import Path

from tenfold.main_job.result import RunResult


def result(model: Path | None = Path("runs/a/model")) -> RunResult:
    return RunResult(Path("runs/a"), model, None, None, None, 1.23456)


def test_paths_are_text_and_what_is_not_there_is_null() -> None:
    answer = result().to_json()
    assert answer["run"] == "runs/a"
    assert answer["model"] == "runs/a/model"
    assert answer["submission"] is None
    assert answer["validation"] is None
    assert answer["seconds"] == 1.235


def test_a_notebook_lists_only_what_was_written() -> None:
    page = result(model=None)._repr_html_()
    assert "done in 1.2 s" in page
    assert "runs/a" in page
    assert "model" not in page
    assert "submission" not in page
