from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tenfold.progress import Progress
from terminals import lines_shown

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


ANSWERS = """
from tenfold.progress import Progress
with Progress().bar(3, "reading", least=2, count=True) as bar:
    for step in range(6):
        bar.hide()
        print(f"answer {step}", flush=True)
        if not step:
            bar.grow(3)
        bar(1, "")
"""


def on_terminal(code: str) -> str:
    """What a program writes to a terminal, standard output and error together."""
    ours, theirs = os.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "100"}
    subprocess.run(
        [sys.executable, "-c", code], stdout=theirs, stderr=theirs, env=environment, check=True
    )
    os.close(theirs)
    written = os.read(ours, 100_000).decode()
    os.close(ours)
    return written


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="no pseudo-terminals here")
def test_a_bar_leaves_nothing_between_answers_on_its_terminal() -> None:
    written = on_terminal(ANSWERS)
    assert "3/6" in written  # it was drawn between them, and grew
    shown = lines_shown(written)
    assert shown[:6] == [f"answer {step}" for step in range(6)]
    assert shown[6].startswith("reading  [####")
    assert shown[7:] == [""]


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="no pseudo-terminals here")
def test_a_bar_of_few_steps_is_not_drawn() -> None:
    written = on_terminal(ANSWERS.replace("least=2", "least=20"))
    assert written.split() == " ".join(f"answer {step}" for step in range(6)).split()


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
