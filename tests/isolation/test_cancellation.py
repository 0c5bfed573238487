"""A cancelled call is given up: its process is killed, and no other one."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tenfold.isolation import Cancellation, Cancelled, OverBounds, ProcessPool

SECONDS = 60


class Killed:
    times = 0

    def kill(self) -> None:
        self.times += 1


def test_only_during_the_work_the_process_is_killed() -> None:
    process, cancellation = Killed(), Cancellation()
    with cancellation.applies_to(process):
        assert process.times == 0
        cancellation.cancel()
    cancellation.cancel()
    assert process.times == 1


def test_work_that_was_cancelled_before_does_not_begin() -> None:
    cancellation = Cancellation()
    cancellation.cancel()
    with pytest.raises(Cancelled), cancellation.applies_to(Killed()):
        pytest.fail("it began")


def test_a_cancelled_call_ends_at_once_and_its_place_is_free() -> None:
    pool, cancellation = ProcessPool("costly_work:work", 1), Cancellation()
    with ThreadPoolExecutor(1) as threads:
        call = threads.submit(pool.call, {"do": "sleep"}, b"", cancellation)
        while cancellation._process is None:
            time.sleep(0.01)
        cancellation.cancel()
        with pytest.raises((OverBounds, RuntimeError)):
            call.result(SECONDS)
    assert pool.call({"do": "echo", "say": "yes"}, b"")[0]["said"] == "yes"
    pool.close()
