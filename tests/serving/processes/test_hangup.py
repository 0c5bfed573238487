"""SIGHUP by hand, and SIGHUP because a terminal was closed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from tenfold.serving.processes.hangup import change_signals

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGHUP")

CHILD = """
import os, signal, sys, time
{before}
from tenfold.serving.processes.hangup import change_signals
def say(word):
    os.write(1, word + b"\\n")  # print may not be called by a handler that interrupts a print
signal.signal(signal.SIGTERM, lambda *_: (say(b"end"), sys.exit(0)))
with change_signals() as asked:
    say(b"ready")
    for _ in range(3000):
        time.sleep(0.01)
        if asked():
            say(b"change")
"""


def test_each_signal_asks_for_one_change():
    with change_signals() as asked:
        assert not asked()
        os.kill(os.getpid(), signal.SIGHUP)
        assert asked()
        assert not asked()


def on_a_terminal(before: str) -> tuple[subprocess.Popen[str], int]:
    """A process whose controlling terminal is the other side of the file that is returned."""
    ours, theirs = os.openpty()

    process = subprocess.Popen(
        [sys.executable, "-c", CHILD.format(before=before)],
        stdin=theirs,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=lambda: __import__("fcntl").ioctl(0, __import__("termios").TIOCSCTTY, 0),
    )
    os.close(theirs)
    return process, ours


def test_with_a_terminal_a_signal_asks_for_a_change_and_its_closing_ends_the_process():
    # whoever runs the tests may ignore the signal, as nohup does
    process, terminal = on_a_terminal("signal.signal(signal.SIGHUP, signal.SIG_DFL)")
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGHUP)
        assert process.stdout.readline() == "change\n"
        os.close(terminal)
        assert process.stdout.readline() == "end\n"


def test_under_nohup_the_process_outlives_its_terminal_and_still_changes():
    process, terminal = on_a_terminal("signal.signal(signal.SIGHUP, signal.SIG_IGN)")
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        os.close(terminal)  # the signal that this sends asks for nothing
        process.send_signal(signal.SIGCONT)
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.3)
        process.send_signal(signal.SIGHUP)
        assert process.stdout.readline() == "change\n"
        process.kill()
