"""The end of a run that stops: what is said and written. test_main_job.py has the whole job."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tenfold.errors import Interrupted, OutputError
from tenfold.main_job.job import Execution, RunJob, _resumable
from tenfold.progress import Progress
from tenfold.run_folder import RunFolder


def job(folder: Path, *, submit: bool = True) -> RunJob:
    progress = Progress(quiet=True)
    progress.say("an epoch")
    unused: Any = None
    execution = Execution(submit, "auto", progress, 0.0)
    return RunJob(RunFolder(folder), unused, unused, 0, None, None, execution)


def nothing_removed() -> None:
    pass


@pytest.mark.parametrize(
    "stopped", [Interrupted("stopped after epoch 3", hint=""), KeyboardInterrupt()]
)
def test_what_is_interrupted_says_how_to_go_on_and_keeps_its_log(
    stopped: BaseException, tmp_path: Path
) -> None:
    with pytest.raises(Interrupted) as raised, _resumable(job(tmp_path), nothing_removed):
        raise stopped
    assert raised.value.hint == f"go on with: tenfold run --resume {tmp_path}"
    assert "an epoch" in (tmp_path / "log.txt").read_text()


def test_a_full_disk_says_how_to_go_on_only_where_there_is_something(tmp_path: Path) -> None:
    def fill() -> None:
        with _resumable(job(tmp_path), nothing_removed):
            raise OutputError("no space left", hint="make room")

    with pytest.raises(OutputError) as raised:
        fill()
    assert raised.value.hint == "make room"
    RunFolder(tmp_path).checkpoint.parent.mkdir()
    RunFolder(tmp_path).checkpoint.touch()
    with pytest.raises(OutputError) as raised:
        fill()
    assert raised.value.hint.startswith("make room; then go on with: tenfold run --resume")


def test_a_run_folder_that_was_removed_is_said_before_anything_else(tmp_path: Path) -> None:
    def removed() -> None:
        raise OutputError("was removed", hint="start another")

    with pytest.raises(OutputError, match="was removed"), _resumable(job(tmp_path), removed):
        raise KeyboardInterrupt
