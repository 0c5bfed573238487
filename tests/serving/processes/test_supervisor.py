"""Workers that fall, and workers that fall silent."""

from __future__ import annotations

import contextlib
import logging
import math
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

pytest.importorskip("uvicorn", reason="the serve extra is not installed")

from served import SECONDS
from tenfold.serving.processes import supervisor
from tenfold.serving.processes.server import _bind
from tenfold.serving.processes.supervisor import (
    RESTART_WAIT_SECONDS_MAX,
    SILENT_SECONDS,
    START_SECONDS,
    STOP_MARGIN_SECONDS,
    STOPPING,
    Worker,
)
from tenfold.serving.processes.worker import Settings

SETTINGS = Settings()
LIMITS = SETTINGS.limits


def quiet_after_one_beat(settings: Settings, listening: socket.socket, beats: Any) -> None:
    beats.value = 1
    time.sleep(SECONDS)


def quiet_while_it_stops(settings: Settings, listening: socket.socket, beats: Any) -> None:
    beats.value = STOPPING
    time.sleep(SECONDS)


def never_ready(settings: Settings, listening: socket.socket, beats: Any) -> None:
    time.sleep(SECONDS)


def falls_at_once(settings: Settings, listening: socket.socket, beats: Any) -> None:
    os._exit(7)


Child = Callable[[Settings, socket.socket, Any], None]


@pytest.fixture
def worker_of(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Child], Worker]]:
    workers: list[Worker] = []
    with contextlib.ExitStack() as stack:
        listening, _ = (stack.enter_context(one) for one in _bind("127.0.0.1", 0, 2))
        listening.listen()

        def started(child: Child) -> Worker:
            monkeypatch.setattr(supervisor, "_child", child)
            monkeypatch.setattr(
                "prometheus_client.multiprocess.mark_process_dead", lambda pid: None
            )
            workers.append(Worker(SETTINGS, listening))
            return workers[-1]

        yield started
        for worker in workers:
            if worker.process is not None:
                worker.process.kill()
                worker.process.join()


def wait_until(met: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS
    while not met():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.mark.parametrize("stopped", [False, True], ids=["hung", "stopped by a signal"])
def test_a_silent_worker_is_killed_and_replaced(
    worker_of: Callable[[Child], Worker], stopped: bool
):
    worker = worker_of(quiet_after_one_beat)
    wait_until(lambda: worker.answers)
    process = worker.process
    assert process is not None
    if stopped and sys.platform != "win32":
        os.kill(process.pid or 0, signal.SIGSTOP)
    worker.check(0.1)  # hears the beat
    worker.check(SILENT_SECONDS)
    assert worker.process is process
    worker.check(0.1)
    assert worker.process is None
    worker.check(0.0)
    assert worker.process is not None
    assert not worker.answers  # the new one has not said so yet


@pytest.mark.parametrize(
    ("child", "seconds"),
    [
        (never_ready, START_SECONDS),
        (quiet_while_it_stops, LIMITS.stop_seconds + STOP_MARGIN_SECONDS),
    ],
)
def test_a_worker_that_starts_or_stops_has_longer(
    worker_of: Callable[[Child], Worker], child: Child, seconds: float
):
    worker = worker_of(child)
    if child is quiet_while_it_stops:
        wait_until(lambda: worker._beats.value == STOPPING)
        worker.check(0.1)
    worker.check(seconds)
    assert worker.process is not None
    worker.check(0.1)
    assert worker.process is None


def test_a_worker_that_crashes_at_once_is_restarted_for_ever_with_longer_waits(
    worker_of: Callable[[Child], Worker],
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(logging.getLogger("tenfold.serving"), "propagate", True)
    worker = worker_of(falls_at_once)
    for falls in (0, 1, 2, 3, 10):
        worker._failures = falls
        assert worker.process is not None
        worker.process.join()
        worker.check(0.1)
        assert worker.process is None
        worker._restart_at = -math.inf  # the wait is over
        worker.check(0.1)
    facts = [record.__dict__["facts"] for record in caplog.records]
    assert [fact["wait"] for fact in facts] == [0, 1, 2, 4, RESTART_WAIT_SECONDS_MAX]
    assert {fact["exit_code"] for fact in facts} == {7}


def test_while_a_worker_waits_for_its_start_no_connection_goes_to_it(
    worker_of: Callable[[Child], Worker],
):
    if sys.platform != "linux":
        pytest.skip("elsewhere workers share a socket")
    worker = worker_of(falls_at_once)
    address = worker._listening.getsockname()
    for _ in range(2):
        assert worker.process is not None
        worker.process.join()
        worker.check(0.1)
        worker.check(0.0)
    assert worker.process is None
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(address)
    worker._listening.listen()  # as the next process does
    socket.create_connection(address).close()


def test_looks_that_follow_fast_make_no_silence(monkeypatch: pytest.MonkeyPatch):
    """A process that is about to end wakes the parent again and again."""
    now = 0.0
    passed: list[float] = []

    class Ending:
        answers = False

        class process:
            sentinel = 0

        def check(self, seconds: float) -> None:
            passed.append(seconds)

    def wait(processes: list[int], seconds: float) -> None:
        nonlocal now
        now += 3600.0 if len(passed) == 100 else 1e-4

    monkeypatch.setattr(supervisor.time, "monotonic", lambda: now)
    monkeypatch.setattr(supervisor.connection, "wait", wait)
    supervisor._watch(
        [Ending()],  # type: ignore[list-item]
        lambda: None,
        lambda: len(passed) > 100,
        lambda: False,
    )
    assert sum(passed[:100]) == pytest.approx(0.01)
    assert passed[100] == supervisor.CHECK_SECONDS_MAX
