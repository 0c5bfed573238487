"""A pool of processes; one that was killed is replaced at once."""

from __future__ import annotations

import contextlib
import sys
import threading
import weakref
from collections.abc import Iterable
from typing import Any, Self

from tenfold.isolation.bounds import Bounds
from tenfold.isolation.cancellation import Cancellation
from tenfold.isolation.fork_server import ForkServer, ForkServerEnded
from tenfold.isolation.messages import Message
from tenfold.isolation.process import (
    EndedWhileIdle,
    OverBounds,
    PoolBusy,
    Process,
    ProcessEnded,
)
from tenfold.isolation.spawned import Child, Spawned

__all__ = ["OverBounds", "PoolBusy", "ProcessPool", "Stopped"]


class Stopped(Exception):
    """The pool was closed before the call, or during it."""


class ProcessPool:
    """A pool that is safe to call from several threads; `count` calls run at once, others wait.

    A slow call makes room for the others: it continues at lower priority in one of `count` further
    places, or is given up if these stay occupied. So costly calls never delay the others for long.
    Processes are started when they are needed and are kept, unless they have grown. They end with
    `close`, with this object, and with the process that made it, however it ends.
    """

    def __init__(
        self,
        work: str,
        count: int,
        bounds: Bounds | None = None,
        *,
        beside: ProcessPool | None = None,
        makes_room: bool = True,
    ) -> None:
        """Make a pool; no process is started yet.

        `work` names a function, "package.module:function", from a header and bytes to the same.
        `beside`: another pool of the same work, which is closed later; they share what they can.
        Without `makes_room`, a slow call keeps its place, until its bounds end it.
        """
        self._work = work
        self._bounds = bounds or Bounds()
        self._count = count
        self._places = threading.BoundedSemaphore(count)
        self._slow_places = threading.BoundedSemaphore(count)
        self._makes_room = makes_room
        self._lock = threading.Lock()
        self._idle: list[Process] = []
        self._all: set[Process] = set()
        self._stopped = False
        self._owns_fork_server = beside is None
        self._fork_server: ForkServer | None = beside._fork_server if beside else _fork_server(work)
        self._end = weakref.finalize(self, _close, self._all)

    def start(self, count: int = 1) -> None:
        """Start processes up to `count`, as far as that needs no waiting."""
        if self._fork_server:
            self._fork_server.start()  # the rest takes milliseconds
            return
        with self._lock:
            self._idle += [self._new() for _ in range(count - len(self._all))]

    def call(
        self, header: dict[str, Any], body: bytes, cancellation: Cancellation | None = None
    ) -> Message:
        """The answer of the work to a header and bytes, unless another thread cancels.

        Raises OverBounds where the work was killed for its cost, PoolBusy where too many slow calls
        run, Stopped where the pool is closed, the work's own TenfoldError, and RuntimeError for
        any other exception of the work; where it was cancelled, Cancelled, or whatever comes of the
        end of the process.
        """
        cancellation = cancellation or Cancellation()
        with _Slot(self._places, self._slow_places) as place:
            for _ in range(self._count):
                with contextlib.suppress(EndedWhileIdle):
                    return self._call_once(header, body, place, cancellation)
            return self._call_once(header, body, place, cancellation)

    def _call_once(
        self, header: dict[str, Any], body: bytes, place: _Slot, cancellation: Cancellation
    ) -> Message:
        process = None
        try:
            process = self._acquire()
            with cancellation.applies_to(process):
                return process.call(header, body, place.move if self._makes_room else None)
        except (OverBounds, PoolBusy, ProcessEnded) as problem:
            if self._stopped:
                raise Stopped from problem
            if isinstance(problem, ProcessEnded) and not isinstance(problem, EndedWhileIdle):
                raise RuntimeError(f"an isolated process {problem}") from problem
            raise
        finally:
            if process:
                self._release(process)

    def close(self) -> None:
        """Kill all processes, also during work; waiting calls raise Stopped."""
        with self._lock:
            self._stopped = True
            self._idle.clear()
        self._end()
        if self._fork_server and self._owns_fork_server:
            self._fork_server.close()

    def _acquire(self) -> Process:
        with self._lock:
            if self._stopped:
                raise Stopped
            while self._idle:
                process = self._idle.pop()
                if process.alive:
                    return process
                self._forget(process)
            return self._new()

    def _release(self, process: Process) -> None:
        """Keep a process for the next call. One that was killed, was slow or has grown is ended
        instead, and replaced unless there are enough others."""
        with self._lock:
            if process.alive and not process.slow and not process.grown:
                self._idle.append(process)
                return
            self._forget(process)
            enough = sum(not other.slow for other in self._all) >= self._count
            if process.ready and not self._stopped and not enough:  # not one that cannot start
                with contextlib.suppress(ProcessEnded):
                    self._idle.append(self._new())

    def _new(self) -> Process:
        child: Child
        if self._fork_server:
            try:
                child = self._fork_server.fork(self._bounds)
            except ForkServerEnded as problem:
                raise ProcessEnded(str(problem)) from problem
        else:
            child = Spawned("start", [self._work, *self._bounds.to_arguments()])
        process = Process(child, self._bounds)
        self._all.add(process)
        return process

    def _forget(self, process: Process) -> None:
        self._all.discard(process)
        process.close()


class _Slot:
    """A place for a call; from the quick places it may move, once, to a slow one."""

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
        """Move to a slow place; whether there was room. Another thread may call it, also after the
        end of the call."""
        with self._lock:
            if self._left:
                return True
            if not self._slow.acquire(blocking=False):
                return False
            self._held.release()
            self._held = self._slow
            return True


def _fork_server(work: str) -> ForkServer | None:
    return ForkServer(work) if sys.platform == "linux" else None


def _close(processes: Iterable[Process]) -> None:
    for process in list(processes):
        process.close()
