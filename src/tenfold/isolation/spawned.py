"""A process started as a program of its own: a child without parts of its parent in it."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from typing import BinaryIO, Protocol

START_CODE = (
    "import json, sys; sys.path[:] = json.loads(sys.argv.pop(1)); "
    "from tenfold.isolation import child; getattr(child, sys.argv.pop(1))(sys.argv[1:])"
)
KEPT_VARIABLES = {  # and Python's own: they locate programs and libraries, and hold no secrets
    "PATH", "LANG", "LC_ALL", "LC_CTYPE", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT",
    "TEMP", "TMP", "TMPDIR",
}  # fmt: skip
ONE_THREAD = {  # there are as many processes as cores; and each thread reserves address space
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "OPENCV_FOR_THREADS_NUM": "1",
}


class Child(Protocol):
    """A process that works: its id, and the pipes to it and from it."""

    pid: int
    requests: BinaryIO
    answers: BinaryIO

    def runs(self) -> bool:
        """Whether it has not ended yet."""

    def kill(self) -> None:
        """Kill it; nothing happens if it has ended."""

    def wait(self) -> int:
        """Wait for its end after it was killed or has closed its pipes; the exit code, or minus
        the number of the signal that ended it."""


class Spawned:
    """A child by `subprocess`, not `multiprocessing`, which would run the caller's main module once
    more in each process."""

    def __init__(self, function: str, arguments: Sequence[str]) -> None:
        """Start a function of the module `child` with arguments, without waiting for it."""
        self.process = subprocess.Popen(
            command(function, arguments),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment(),
        )
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.pid = self.process.pid
        self.requests: BinaryIO = self.process.stdin  # type: ignore[assignment]
        self.answers: BinaryIO = self.process.stdout  # type: ignore[assignment]

    def runs(self) -> bool:
        return self.process.poll() is None

    def kill(self) -> None:
        self.process.kill()

    def wait(self) -> int:
        return self.process.wait()


def command(function: str, arguments: Sequence[str]) -> list[str]:
    """The command line that starts a function of the module `child`."""
    path = json.dumps([entry for entry in sys.path if isinstance(entry, str)])
    return [sys.executable, "-P", "-c", START_CODE, path, function, *arguments]


def environment() -> dict[str, str]:
    """The variables that a child gets."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name.upper() in KEPT_VARIABLES or name.startswith("PYTHON")
    }
    return kept | ONE_THREAD


def signal_of(code: int) -> str:
    """The name of the signal that ended a process; empty where it ended otherwise."""
    try:
        return signal.Signals(-code).name
    except ValueError:
        return ""


def close_pipes(child: Child) -> None:
    """Close both pipes; bytes that were not written are discarded."""
    for pipe in (child.requests, child.answers):
        with contextlib.suppress(OSError):
            pipe.close()
