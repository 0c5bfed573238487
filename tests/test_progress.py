from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tenfold.progress import Progress

BAR = """
from tenfold.progress import Progress
with Progress().bar(3, "training") as advance:
    for step in range(3):
        advance(1, f"loss {step}.5")
"""


def test_talk_goes_to_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    Progress().say("hello")
    assert capsys.readouterr() == ("", "hello\n")


def test_quiet_says_nothing_and_remembers(capsys: pytest.CaptureFixture[str]) -> None:
    progress = Progress(quiet=True)
    progress.say("hello")
    assert capsys.readouterr() == ("", "")
    assert progress.log_lines == ["hello"]


def test_a_pipe_gets_no_bar() -> None:
    ended = subprocess.run([sys.executable, "-c", BAR], capture_output=True, check=True)
    assert ended.stdout == ended.stderr == b""


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="no pseudo-terminals here")
def test_a_terminal_gets_one_redrawn_line() -> None:
    ours, theirs = os.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "100"}
    subprocess.run([sys.executable, "-c", BAR], stderr=theirs, env=environment, check=True)
    os.close(theirs)
    drawn = os.read(ours, 100_000).decode()
    os.close(ours)
    assert drawn.count("\n") == 1
    assert drawn.count("\r") > 2
    assert "training" in drawn
    assert "loss 2.5" in drawn
    assert "100%" in drawn
