"""The parent's side of one process that can be killed."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

from tenfold import errors
from tenfold.errors import DataError, TenfoldError
from tenfold.isolation.bounds import MB, Bounds, lower_priority, processor_seconds_of
from tenfold.isolation.messages import Message, read_message, write_message

POLLS = 6  # of the processor time used, until the work counts as slow
START_SECONDS = 60.0  # at most; on an idle machine a start takes a third of a second
START_CODE = (
    "import json, sys; sys.path[:] = json.loads(sys.argv.pop(1)); "
    "from tenfold.isolation.child import start; start(sys.argv[1:])"
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


class OverBounds(Exception):
    """The work was stopped; the text says which bound it exceeded."""


class Crowded(Exception):
    """The work was stopped within its bounds, because too many slow calls are running."""


class ProcessEnded(Exception):
    """A process ended before it took the work; the text says when."""


class EndedWhileIdle(ProcessEnded):
    """A process that had worked before was ended from outside while it was idle."""


class Process:
    """A child process, started at once; the first call waits for it.

    One thread at a time may call it; any thread may kill it.
    """

    def __init__(self, work: str, bounds: Bounds) -> None:
        self._bounds = bounds
        self.ready = False
        self._killed = threading.Event()
        self._crowded = False
        self.slow = False  # once it has been, its priority stays low
        # not multiprocessing: that would run the caller's main module once more in each process
        self._process = subprocess.Popen(
            [
                sys.executable,
                "-P",
                "-c",
                START_CODE,
                json.dumps([p for p in sys.path if isinstance(p, str)]),
                work,
                *bounds.to_arguments(),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(),
        )

    def call(self, header: dict[str, Any], body: bytes, on_slow: Callable[[], bool]) -> Message:
        """The answer of the work.

        `on_slow` is called in another thread when the work is slow, and says whether there is room
        for slow work; it is called again until there is. Raises OverBounds, Crowded, ProcessEnded
        or EndedWhileIdle, after which the process has ended; or the error that the work raised.
        """
        if not self.ready:
            self._exchange(None, START_SECONDS, on_slow=None)
            self.ready = True
        answer, content = self._exchange((header, body), self._bounds.clock_seconds, on_slow)
        if "done" in answer:
            return answer["done"], content
        if "over" in answer:
            raise OverBounds(self._memory_text())
        if "error" in answer:
            raise _error(answer["error"], str(answer["message"]), str(answer["hint"]))
        raise RuntimeError(f"in an isolated process: {answer.get('fault')}")

    def _exchange(
        self, request: Message | None, seconds: float, on_slow: Callable[[], bool] | None
    ) -> Message:
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        done = threading.Event()
        threading.Thread(target=self._watch, args=(done, seconds, on_slow), daemon=True).start()
        taken = False
        try:
            if request is not None:
                write_message(stdin, *request)  # type: ignore[arg-type]
                taken = read_message(stdout, 0)[0]["taken"]  # type: ignore[arg-type]
            return read_message(stdout, self._bounds.answer_mb * MB)  # type: ignore[arg-type]
        except (EOFError, OSError, ValueError) as problem:
            by_us = self._killed.is_set()
            self.kill()
            if request is None:
                code = self._process.wait()
                raise ProcessEnded(f"ended while it started, exit code {code}") from problem
            if not taken and not by_us:
                raise EndedWhileIdle("ended while it was idle") from problem
            if self._crowded:
                raise Crowded from problem
            raise OverBounds(self._bound_exceeded(by_us)) from problem
        finally:
            done.set()

    def _watch(
        self, done: threading.Event, seconds: float, on_slow: Callable[[], bool] | None
    ) -> None:
        """Kill the process unless its work ends in time; runs in a thread of its own."""
        end = time.monotonic() + seconds
        used_before = self._used()
        while on_slow is not None and not done.wait(self._bounds.quick_seconds / POLLS):
            used = self._used() - used_before
            if used >= self._bounds.quick_seconds and on_slow():
                lower_priority(self._process.pid)
                self.slow = True
                break
            self._crowded = used >= self._bounds.crowded_seconds
            if self._crowded or time.monotonic() > end:
                break
        if self._crowded or not done.wait(max(0.0, end - time.monotonic())):
            self.kill()

    def _used(self) -> float:
        """Processor seconds used; the clock where these are not known, or the process has ended."""
        with contextlib.suppress(OSError):
            used = processor_seconds_of(self._process.pid)
            if used is not None:
                return used
        return time.monotonic()

    def _bound_exceeded(self, by_us: bool) -> str:
        """The bound that ended a process during its work."""
        by = "SIGALRM" if by_us else _signal_of(self._process.wait())
        if by == "SIGALRM":
            return f"takes more than {self._bounds.clock_seconds:g} s to be read"
        if by == "SIGPROF":
            seconds = self._bounds.processor_seconds
            return f"takes more than {seconds:g} s of processor time to be read"
        if by == "SIGKILL":  # by the system, which has no memory left
            return self._memory_text()
        return "broken picture: its decoder crashed"

    def _memory_text(self) -> str:
        return f"takes more than {self._bounds.memory_mb} MB of memory to be read"

    @property
    def alive(self) -> bool:
        return not self._killed.is_set() and self._process.poll() is None

    def kill(self) -> None:
        self._killed.set()
        self._process.kill()

    def close(self) -> None:
        """Kill the process, wait for its end and close its pipes."""
        self.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            with contextlib.suppress(OSError):  # unwritten bytes are discarded
                pipe.close()


def _environment() -> dict[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if name.upper() in KEPT_VARIABLES or name.startswith("PYTHON")
    }
    return kept | ONE_THREAD


def _signal_of(code: int) -> str:
    """The name of the signal that ended a process; empty where it ended otherwise."""
    try:
        return signal.Signals(-code).name
    except ValueError:
        return ""


def _error(name: str, message: str, hint: str) -> TenfoldError:
    """The error that the work raised, from its name in the tree of errors."""
    kind = getattr(errors, name, DataError)
    if kind is DataError:
        return DataError(message, hint=hint)
    problem: TenfoldError = kind.__new__(kind)  # MissingExtraError makes its own message
    TenfoldError.__init__(problem, message, hint=hint)
    return problem
