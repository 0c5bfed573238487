"""Several workers, and a parent that replaces the fallen and passes on the request to stop."""

from __future__ import annotations

import os
import signal
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from multiprocessing import connection, get_context, parent_process
from multiprocessing.context import SpawnProcess

from tenfold.errors import ModelError
from tenfold.serving.worker import Settings, run_worker

METERS_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"  # where the workers of one server share their meters
YOUNG_SECONDS = 5.0  # a worker that falls so soon cannot start at all
YOUNG_FALLS_MAX = 3
STOP_MARGIN_SECONDS = 5.0

_spawn = get_context("spawn")  # a fork would copy the parent's threads' locks


def supervise(
    settings: Settings,
    listening: Sequence[socket.socket],
    ready: Callable[[], object],
    stopping: Callable[[], bool],
) -> None:
    """One worker on each socket, until `stopping()`. `ready` is called when all answer.

    A socket outlives its worker: connections wait in it for the next one. Raises ModelError if
    workers fall as soon as they start.
    """
    with tempfile.TemporaryDirectory(prefix="tenfold-") as meters:
        os.environ[METERS_VARIABLE] = meters
        workers = [_Worker(settings, one) for one in listening]
        try:
            _watch(workers, ready, stopping)
        finally:
            for one in listening:  # else the system would go on taking connections for nobody
                one.close()
            _stop(workers, settings.limits.stop_seconds + STOP_MARGIN_SECONDS)
            del os.environ[METERS_VARIABLE]


class _Worker:
    def __init__(self, settings: Settings, listening: socket.socket) -> None:
        self._settings = settings
        self._listening = listening
        self.young_falls = 0
        self.start()

    def start(self) -> None:
        ours, theirs = _spawn.Pipe(duplex=False)
        self.answers = False
        self.news = ours  # a word when it answers; the end of the line when it has fallen
        self._began = time.monotonic()
        self.process: SpawnProcess = _spawn.Process(
            target=_child, args=(self._settings, self._listening, theirs)
        )
        self.process.start()
        theirs.close()

    def hear(self) -> None:
        """Take the news: it answers, or it has fallen and is started anew. Raises ModelError."""
        try:
            self.answers = self.news.recv()
        except (EOFError, OSError):
            self._replace()

    def _replace(self) -> None:
        from prometheus_client.multiprocess import mark_process_dead

        self.news.close()
        self.process.join()
        mark_process_dead(self.process.pid)  # type: ignore[no-untyped-call]
        young = time.monotonic() - self._began < YOUNG_SECONDS
        self.young_falls = self.young_falls + 1 if young else 0
        if self.young_falls >= YOUNG_FALLS_MAX:
            raise ModelError(
                f"a worker ended {YOUNG_FALLS_MAX} times as soon as it had started "
                f"(exit code {self.process.exitcode})",
                hint="the lines above say why; try --workers 1",
            )
        self.start()


def _watch(
    workers: Sequence[_Worker], ready: Callable[[], object], stopping: Callable[[], bool]
) -> None:
    told = False
    while not stopping():
        by_line = {worker.news: worker for worker in workers}
        for line in connection.wait(list(by_line), timeout=0.2):
            by_line[line].hear()  # type: ignore[index]
        if not told and all(worker.answers for worker in workers):
            told = True
            ready()


def _stop(workers: Sequence[_Worker], seconds: float) -> None:
    """Ask all to finish; who has not by then is killed."""
    for worker in workers:
        worker.process.terminate()
    deadline = time.monotonic() + seconds
    for worker in workers:
        worker.process.join(max(0.0, deadline - time.monotonic()))
        if worker.process.is_alive():
            worker.process.kill()
            worker.process.join()


def _child(settings: Settings, listening: socket.socket, news: connection.Connection) -> None:
    """In the worker's process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent asks
    threading.Thread(target=_end_with_parent, daemon=True).start()
    run_worker(settings, listening, lambda: news.send(True))


def _end_with_parent() -> None:
    """A parent that was killed can ask nothing any more: end as if it had."""
    parent = parent_process()
    assert parent is not None
    connection.wait([parent.sentinel])
    os.kill(os.getpid(), signal.SIGTERM)
