"""One process that can be killed, as its parent sees it."""

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
from tenfold.isolation.bounds import MB, Bounds, processor_seconds_of, yield_to_others
from tenfold.isolation.messages import Message, read_message, write_message

POLLS = 6  # looks at how long it has taken, until it has taken longer than is quick
START_SECONDS = 60.0  # for what takes a third of a second on an idle machine
BEGIN = (
    "import json, sys; sys.path[:] = json.loads(sys.argv.pop(1)); "
    "from tenfold.isolation.child import start; start(sys.argv[1:])"
)
KEPT = {  # of the environment, beside Python's own: what finds programs and libraries, no secrets
    "PATH", "LANG", "LC_ALL", "LC_CTYPE", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT",
    "TEMP", "TMP", "TMPDIR",
}  # fmt: skip
ONE_THREAD = {  # there are as many processes as cores; and each thread reserves address space
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "OPENCV_FOR_THREADS_NUM": "1",
}


class OverBounds(Exception):
    """Work that was stopped; the text says by which bound."""


class Crowded(Exception):
    """Work that was stopped although it kept within its bounds: too much like it is under way."""


class Fallen(Exception):
    """A process that ended before it could take work; the text says when."""


class Gone(Fallen):
    """One that had worked before, ended by somebody else while it was idle."""


class Process:
    """Started at once; not waited for until it is asked something. For one thread at a time, but
    `kill` may come from any."""

    def __init__(self, work: str, bounds: Bounds) -> None:
        self._bounds = bounds
        self.ready = False
        self._killed = threading.Event()
        self._crowded = False
        self.slow = False  # once it has been, it stays behind other processes
        # not multiprocessing: that would run the caller's main module once more in each process
        self._process = subprocess.Popen(
            [
                sys.executable,
                "-P",
                "-c",
                BEGIN,
                json.dumps([p for p in sys.path if isinstance(p, str)]),
                work,
                *bounds.as_words(),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(),
        )

    def ask(self, header: dict[str, Any], body: bytes, on_slow: Callable[[], bool]) -> Message:
        """`on_slow` is called in another thread when this has taken longer than is quick, and says
        whether there is room for what does; until there is, it is called again.

        Raises OverBounds, Crowded, Fallen or Gone, after which the process has ended; or what the
        work raised.
        """
        if not self.ready:
            self._exchange(None, START_SECONDS, on_slow=None)
            self.ready = True
        said, content = self._exchange((header, body), self._bounds.clock_seconds, on_slow)
        if "done" in said:
            return said["done"], content
        if "over" in said:
            raise OverBounds(self._memory())
        if "error" in said:
            raise _error(said["error"], str(said["message"]), str(said["hint"]))
        raise RuntimeError(f"in an isolated process: {said.get('fault')}")

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
                raise Fallen(f"ended while it started, exit code {code}") from problem
            if not taken and not by_us:
                raise Gone("ended while it was idle") from problem
            if self._crowded:
                raise Crowded from problem
            raise OverBounds(self._why(by_us)) from problem
        finally:
            done.set()

    def _watch(
        self, done: threading.Event, seconds: float, on_slow: Callable[[], bool] | None
    ) -> None:
        """In a thread of its own: kill the process unless it is done in time."""
        end = time.monotonic() + seconds
        began = self._used()
        while on_slow is not None and not done.wait(self._bounds.quick_seconds / POLLS):
            used = self._used() - began
            if used >= self._bounds.quick_seconds and on_slow():
                yield_to_others(self._process.pid)
                self.slow = True
                break
            self._crowded = used >= self._bounds.crowded_seconds
            if self._crowded or time.monotonic() > end:
                break
        if self._crowded or not done.wait(max(0.0, end - time.monotonic())):
            self.kill()

    def _used(self) -> float:
        """Processor seconds; the clock's where they are not known, or nobody uses any more."""
        with contextlib.suppress(OSError):
            used = processor_seconds_of(self._process.pid)
            if used is not None:
                return used
        return time.monotonic()

    def _why(self, by_us: bool) -> str:
        """What a process died of in the middle of its work."""
        by = "SIGALRM" if by_us else _signal_of(self._process.wait())
        if by == "SIGALRM":
            return f"takes more than {self._bounds.clock_seconds:g} s to be read"
        if by == "SIGPROF":
            seconds = self._bounds.processor_seconds
            return f"takes more than {seconds:g} s of processor time to be read"
        if by == "SIGKILL":  # by the system, which has no memory left
            return self._memory()
        return "broken picture: its decoder crashed"

    def _memory(self) -> str:
        return f"takes more than {self._bounds.memory_mb} MB of memory to be read"

    @property
    def alive(self) -> bool:
        return not self._killed.is_set() and self._process.poll() is None

    def kill(self) -> None:
        self._killed.set()
        self._process.kill()

    def close(self) -> None:
        """Kill it, and leave nothing of it behind."""
        self.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            with contextlib.suppress(OSError):  # what was not written goes nowhere
                pipe.close()


def _environment() -> dict[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if name.upper() in KEPT or name.startswith("PYTHON")
    }
    return kept | ONE_THREAD


def _signal_of(code: int) -> str:
    """The name of the signal that ended a process; '' where none did."""
    try:
        return signal.Signals(-code).name
    except ValueError:
        return ""


def _error(name: str, message: str, hint: str) -> TenfoldError:
    """The error that the work raised, by its name in the tree."""
    kind = getattr(errors, name, DataError)
    if kind is DataError:
        return DataError(message, hint=hint)
    problem: TenfoldError = kind.__new__(kind)  # MissingExtraError makes its own message
    TenfoldError.__init__(problem, message, hint=hint)
    return problem
