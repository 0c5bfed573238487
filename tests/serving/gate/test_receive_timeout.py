"""The time-out of a connection, on a clock of its own."""

from __future__ import annotations

import asyncio

import pytest

from tenfold.serving.gate.receive_timeout import LINGER_SECONDS, Awaited, ReceiveTimeout
from virtual_time import run_in_virtual_time

HEADER_SECONDS, IDLE_SECONDS = 10.0, 30.0


@pytest.mark.parametrize(
    ("awaited", "seconds"),
    [
        (Awaited.REQUEST, IDLE_SECONDS),
        (Awaited.HEAD, HEADER_SECONDS),
        (Awaited.REFUSED_BODY, LINGER_SECONDS),
    ],
)
def test_what_is_awaited_has_a_time_of_its_own(awaited: Awaited, seconds: float):
    async def expiry() -> float:
        loop = asyncio.get_running_loop()
        expired = asyncio.Event()
        timeout = ReceiveTimeout(loop, HEADER_SECONDS, expired.set)
        timeout.start(Awaited.HEAD, IDLE_SECONDS)  # replaced at once
        timeout.start(awaited, IDLE_SECONDS)
        await expired.wait()
        return loop.time()

    assert run_in_virtual_time(expiry()) == pytest.approx(seconds)


def test_nothing_expires_where_nothing_is_awaited():
    async def expiries() -> int:
        expired: list[None] = []
        timeout = ReceiveTimeout(
            asyncio.get_running_loop(), HEADER_SECONDS, lambda: expired.append(None)
        )
        timeout.start(Awaited.HEAD, IDLE_SECONDS)
        timeout.start(None, IDLE_SECONDS)
        await asyncio.sleep(2 * IDLE_SECONDS)
        return len(expired)

    assert run_in_virtual_time(expiries()) == 0
