"""A few processes that take turns; one that was killed is replaced at once."""

from __future__ import annotations

import contextlib
import threading
import weakref
from collections.abc import Iterable
from typing import Any, Self

from tenfold.isolation.bounds import Bounds
from tenfold.isolation.messages import Message
from tenfold.isolation.process import Crowded, Fallen, Gone, OverBounds, Process

__all__ = ["Crowded", "OverBounds", "Processes", "Stopped"]


class Stopped(Exception):
    """Asked after the end, or ended in the middle."""


class Processes:
    """Safe to call from several threads. `count` calls are worked on at once, the others wait.

    A call that is not quick makes room: it goes on behind the others, in one of `count` further
    places, or is given up if these stay taken. So what is costly never keeps the rest waiting for
    long. Processes are started when they are needed and stay; they end with `close`, with this
    object, and with the process that made it, however it ends.
    """

    def __init__(self, work: str, count: int, bounds: Bounds | None = None) -> None:
        """`work`: "package.module:function", called with a header and bytes, answering likewise."""
        self._work = work
        self._bounds = bounds or Bounds()
        self._count = count
        self._places = threading.BoundedSemaphore(count)
        self._slow_places = threading.BoundedSemaphore(count)
        self._lock = threading.Lock()
        self._idle: list[Process] = []
        self._all: set[Process] = set()
        self._stopped = False
        self._end = weakref.finalize(self, _close, self._all)

    def start(self, count: int = 1) -> None:
        """So many processes, without waiting for them."""
        with self._lock:
            self._idle += [self._new() for _ in range(count - len(self._all))]

    def ask(self, header: dict[str, Any], body: bytes) -> Message:
        """Raises OverBounds where the work was killed for what it cost, Crowded, Stopped, and what
        the work itself raised: an error of tenfold, RuntimeError for anything else."""
        with _Place(self._places, self._slow_places) as place:
            for _ in range(self._count):
                with contextlib.suppress(Gone):
                    return self._asked(header, body, place)
            return self._asked(header, body, place)

    def _asked(self, header: dict[str, Any], body: bytes, place: _Place) -> Message:
        process = self._taken()
        try:
            return process.ask(header, body, place.move)
        except (OverBounds, Crowded, Fallen) as problem:
            if self._stopped:
                raise Stopped from problem
            if isinstance(problem, Fallen) and not isinstance(problem, Gone):
                raise RuntimeError(f"an isolated process {problem}") from problem
            raise
        finally:
            self._returned(process)

    def close(self) -> None:
        """Kill all, also in the middle of work; calls that wait raise Stopped."""
        with self._lock:
            self._stopped = True
            self._idle.clear()
        self._end()

    def _taken(self) -> Process:
        with self._lock:
            if self._stopped:
                raise Stopped
            while self._idle:
                process = self._idle.pop()
                if process.alive:
                    return process
                self._forget(process)
            return self._new()

    def _returned(self, process: Process) -> None:
        """Back among the idle; or away, where it was killed or has been slow, and replaced unless
        there are enough without it."""
        with self._lock:
            if process.alive and not process.slow:
                self._idle.append(process)
                return
            self._forget(process)
            enough = sum(not other.slow for other in self._all) >= self._count
            if process.ready and not self._stopped and not enough:  # not what cannot start
                self._idle.append(self._new())

    def _new(self) -> Process:
        process = Process(self._work, self._bounds)
        self._all.add(process)
        return process

    def _forget(self, process: Process) -> None:
        self._all.discard(process)
        process.close()


class _Place:
    """A place among the quick, from which a call may move to one among the slow, once."""

    def __init__(self, quick: threading.Semaphore, slow: threading.Semaphore) -> None:
        self._held, self._slow = quick, slow
        self._lock = threading.Lock()
        self._left = False

    def __enter__(self) -> Self:
        self._held.acquire()
        return self

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._left = True
            self._held.release()

    def move(self) -> bool:
        """Whether there was room. To be called from another thread, also when it is too late."""
        with self._lock:
            if self._left:
                return True
            if not self._slow.acquire(blocking=False):
                return False
            self._held.release()
            self._held = self._slow
            return True


def _close(processes: Iterable[Process]) -> None:
    for process in list(processes):
        process.close()
