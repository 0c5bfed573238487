"""The parent's side of one process that can be killed."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable
from typing import Any

from tenfold import errors
from tenfold.errors import DataError, TenfoldError
from tenfold.isolation.bounds import (
    MB,
    Bounds,
    lower_priority,
    processor_seconds_of,
    resident_mb_of,
)
from tenfold.isolation.fork_server import START_SECONDS
from tenfold.isolation.messages import Message, read_message, write_message
from tenfold.isolation.spawned import Child, close_pipes, signal_of

POLLS = 6  # of the processor time used, until the work counts as slow


class OverBounds(Exception):
    """The work was stopped; the text says which bound it exceeded."""


class PoolBusy(Exception):
    """The work was stopped within its bounds, because too many slow calls are running."""


class ProcessEnded(Exception):
    """A process ended before it took the work; the text says when."""


class EndedWhileIdle(ProcessEnded):
    """A process that had worked before was ended from outside while it was idle."""


class Process:
    """A child at work; the first call waits until it is ready.

    One thread at a time may call it; any thread may kill it.
    """

    def __init__(self, child: Child, bounds: Bounds) -> None:
        self._bounds = bounds
        self._rest_mb = 0.0
        self.ready = False
        self._killed = threading.Event()
        self._crowded = False
        self.slow = False  # once it has been, its priority stays low
        self._child = child

    def call(
        self, header: dict[str, Any], body: bytes, on_slow: Callable[[], bool] | None
    ) -> Message:
        """The answer of the work.

        `on_slow` is called in another thread when the work is slow, and says whether there is room
        for slow work; it is called again until there is. Without it, slow work just goes on, within
        its bounds. Raises OverBounds, PoolBusy, ProcessEnded
        or EndedWhileIdle, after which the process has ended; or the error that the work raised.
        """
        if not self.ready:
            self._exchange(None, START_SECONDS, on_slow=None)
            self.ready = True
            self._rest_mb = resident_mb_of(self._child.pid)
            if self._bounds.in_background:
                lower_priority(self._child.pid)
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
        child = self._child
        done = threading.Event()
        threading.Thread(target=self._watch, args=(done, seconds, on_slow), daemon=True).start()
        taken = False
        try:
            if request is not None:
                write_message(child.requests, *request)
                taken = read_message(child.answers, 0)[0]["taken"]
            return read_message(child.answers, self._bounds.answer_mb * MB)
        except (EOFError, OSError, ValueError) as problem:
            by_us = self._killed.is_set()
            self.kill()
            if request is None:
                code = self._child.wait()
                raise ProcessEnded(f"ended while it started, exit code {code}") from problem
            if not taken and not by_us:
                raise EndedWhileIdle("ended while it was idle") from problem
            if self._crowded:
                raise PoolBusy from problem
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
                lower_priority(self._child.pid)
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
            used = processor_seconds_of(self._child.pid)
            if used is not None:
                return used
        return time.monotonic()

    def _bound_exceeded(self, by_us: bool) -> str:
        """The bound that ended a process during its work."""
        by = "SIGALRM" if by_us else signal_of(self._child.wait())
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
        return not self._killed.is_set() and self._child.runs()

    @property
    def grown(self) -> bool:
        """Whether it holds much more memory than before its first work."""
        if not self.ready:
            return False
        return resident_mb_of(self._child.pid) > self._rest_mb + self._bounds.kept_mb

    def kill(self) -> None:
        self._killed.set()
        self._child.kill()

    def close(self) -> None:
        """Kill the process, wait for its end and close its pipes."""
        self.kill()
        self._child.wait()
        close_pipes(self._child)


def _error(name: str, message: str, hint: str) -> TenfoldError:
    """The error that the work raised, from its name in the tree of errors."""
    kind = getattr(errors, name, DataError)
    if kind is DataError:
        return DataError(message, hint=hint)
    problem: TenfoldError = kind.__new__(kind)  # MissingExtraError makes its own message
    TenfoldError.__init__(problem, message, hint=hint)
    return problem
