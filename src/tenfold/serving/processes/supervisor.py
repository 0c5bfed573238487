"""Supervisor of several workers: it replaces those that crash or hang, and stops all of them."""

from __future__ import annotations

import contextlib
import logging
import math
import os
import signal
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from multiprocessing import connection, get_context, parent_process
from multiprocessing.context import SpawnProcess
from multiprocessing.sharedctypes import Synchronized

from tenfold.serving.processes.hangup import HANGUP, change_signals
from tenfold.serving.processes.worker import Heartbeat, Settings, run_worker

METERS_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"  # folder in which workers share their metrics
CHECK_SECONDS = 0.2  # between two checks of the workers
CHECK_SECONDS_MAX = 1.0  # counted per check: after more than that the machine has slept
SILENT_SECONDS = 10.0  # without a heartbeat: then the worker is killed and replaced
START_SECONDS = 120.0  # the same for a worker that has not answered yet
STABLE_SECONDS = 10.0  # of life, after which a crash is not a failure to start
RESTART_WAIT_SECONDS_MAX = 30.0  # before the restart of a worker that crashes repeatedly
STOP_MARGIN_SECONDS = 5.0

_spawn = get_context("spawn")  # a fork would copy locks that threads of the parent hold


def supervise(
    settings: Settings,
    listening: Sequence[socket.socket],
    ready: Callable[[], object],
    stopping: Callable[[], bool],
) -> None:
    """Run a worker on each socket until `stopping()`. `ready` is called when all answer."""
    from tenfold.serving.gate.journal import start_logging

    start_logging(quiet=settings.quiet)
    with _shared_meters(), change_signals() as change_asked:
        workers = [Worker(settings, listener) for listener in listening]
        try:
            _watch(workers, ready, stopping, change_asked)
        finally:
            for listener in listening:  # or the system would accept connections for nobody
                listener.close()
            _stop(workers, settings.limits.stop_seconds + STOP_MARGIN_SECONDS)


@contextlib.contextmanager
def _shared_meters() -> Iterator[None]:
    with tempfile.TemporaryDirectory(prefix="tenfold-", ignore_cleanup_errors=True) as folder:
        os.environ[METERS_VARIABLE] = folder
        try:
            yield
        finally:
            del os.environ[METERS_VARIABLE]


class Worker:
    """A worker process and its successors on one socket. While none runs, connections wait in the
    socket for the next one."""

    def __init__(self, settings: Settings, listening: socket.socket) -> None:
        self._settings = settings
        self._listening = listening
        self._failures = 0  # consecutive crashes, each soon after a start
        self._restart_at = -math.inf
        self.process: SpawnProcess | None = None
        self._start()

    @property
    def answers(self) -> bool:
        return self.process is not None and self._beats.value > 0

    def change_model(self) -> None:
        """Let the process load the model anew: now, or as soon as it answers."""
        self._change_asked = True

    def check(self, seconds: float) -> None:
        """Check the process, `seconds` after the last check; if there is none, start one when it is
        time."""
        if self.process is None:
            if time.monotonic() >= self._restart_at:
                self._start()
        elif not self.process.is_alive():
            self._plan_restart()
        else:
            if self._change_asked and self.answers:
                self._change_asked = False
                assert self.process.pid is not None
                assert HANGUP is not None  # nothing else asks for a change
                os.kill(self.process.pid, HANGUP)
            self._check_heartbeat(seconds)

    def _start(self) -> None:
        self._beats: Synchronized[int] = _spawn.Value("q", 0, lock=False)
        self._last_beats = 0
        self._silent_seconds = 0.0
        self._change_asked = False  # a new process loads what is there now
        self._started_at = time.monotonic()
        self.process = _spawn.Process(
            target=_child, args=(self._settings, self._listening, self._beats)
        )
        self.process.start()

    def _check_heartbeat(self, seconds: float) -> None:
        """Kill the process if it has sent no heartbeat for too long."""
        assert self.process is not None
        beats = self._beats.value
        if beats == STOPPING:
            limit = self._settings.limits.stop_seconds + STOP_MARGIN_SECONDS
        else:
            limit = SILENT_SECONDS if beats else START_SECONDS
        if beats != self._last_beats:
            self._last_beats, self._silent_seconds = beats, 0.0
            return
        self._silent_seconds += seconds
        if self._silent_seconds > limit:
            _log_warning(
                "worker silent", pid=self.process.pid, seconds=round(self._silent_seconds, 1)
            )
            self.process.kill()
            self.process.join()
            self._plan_restart()

    def _plan_restart(self) -> None:
        """Schedule the next process: at once, or later with each consecutive crash."""
        from prometheus_client.multiprocess import mark_process_dead

        assert self.process is not None
        mark_process_dead(self.process.pid)  # type: ignore[no-untyped-call]
        self._failures = (
            0 if time.monotonic() - self._started_at > STABLE_SECONDS else self._failures + 1
        )
        wait = (
            min(2.0 ** (self._failures - 2), RESTART_WAIT_SECONDS_MAX)
            if self._failures > 1
            else 0.0
        )
        _log_warning(
            "worker fell", pid=self.process.pid, exit_code=self.process.exitcode, wait=wait
        )
        if wait and sys.platform == "linux":  # each worker has a socket: the others take its share
            with contextlib.suppress(OSError):
                self._listening.shutdown(socket.SHUT_RD)  # until the next process listens again
        self.process.close()
        self.process = None
        self._restart_at = time.monotonic() + wait


def _log_warning(event: str, **facts: object) -> None:
    from tenfold.serving.gate.journal import LOGGER

    logging.getLogger(LOGGER).warning(event, extra={"facts": facts})


def _watch(
    workers: Sequence[Worker],
    ready: Callable[[], object],
    stopping: Callable[[], bool],
    change_asked: Callable[[], bool],
) -> None:
    announced = False
    checked_at = time.monotonic()
    while not stopping():
        processes = [worker.process.sentinel for worker in workers if worker.process is not None]
        if processes:
            connection.wait(processes, CHECK_SECONDS)
        else:
            time.sleep(CHECK_SECONDS)
        now = time.monotonic()
        passed = min(now - checked_at, CHECK_SECONDS_MAX)
        checked_at = now
        changing = change_asked()
        for worker in workers:
            worker.check(passed)
            if changing:
                worker.change_model()
        if not announced and all(worker.answers for worker in workers):
            announced = True
            ready()


def _stop(workers: Sequence[Worker], seconds: float) -> None:
    """Ask all processes to finish, and kill those that run after `seconds`."""
    processes = [worker.process for worker in workers if worker.process is not None]
    for process in processes:
        process.terminate()
    deadline = time.monotonic() + seconds
    for process in processes:
        process.join(max(0.0, deadline - time.monotonic()))
        if process.is_alive():
            _log_warning("worker silent", pid=process.pid, seconds=seconds)
            process.kill()
            process.join()


STOPPING = -1


class _SharedHeartbeat(Heartbeat):
    """Heartbeat as a number in shared memory: unlike a full pipe it never blocks the worker."""

    def __init__(self, beats: Synchronized[int]) -> None:
        self._beats = beats

    def ready(self) -> None:
        self.alive()

    def alive(self) -> None:
        self._beats.value += 1

    def stops(self) -> None:
        self._beats.value = STOPPING


def _child(settings: Settings, listening: socket.socket, beats: Synchronized[int]) -> None:
    """Run a worker in its process."""
    from tenfold.serving.gate.journal import log_uncaught, start_logging

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all; the parent stops us
    if HANGUP is not None:
        signal.signal(HANGUP, signal.SIG_IGN)  # likewise, where a terminal was closed
    start_logging(quiet=settings.quiet)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        run_worker(settings, listening, _SharedHeartbeat(beats))
    except Exception as problem:  # multiprocessing would print it
        log_uncaught(type(problem), problem, problem.__traceback__)
        sys.exit(1)


def _end_with_parent() -> None:
    """Stop this process, as by SIGTERM, when its parent has ended: it may have been killed."""
    parent = parent_process()
    assert parent is not None
    connection.wait([parent.sentinel])
    os.kill(os.getpid(), signal.SIGTERM)
