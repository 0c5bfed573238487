"""The queue of one kind of work, on a clock of its own."""

from __future__ import annotations

import asyncio

import pytest

from tenfold.serving.gate.refusals import Refused
from tenfold.serving.gate.service_times import ServiceTimes
from tenfold.serving.gate.work_queue import WorkQueue
from virtual_time import run_in_virtual_time

ANSWER_SECONDS = 10.0


def queue(seconds: float = 2.0, servers: int = 1) -> WorkQueue:
    return WorkQueue(ServiceTimes(seconds, proportional=False), servers)


def test_an_empty_queue_expects_the_service_alone() -> None:
    assert queue(2.0).expected_seconds(1) == 2.0


def test_work_in_the_queue_is_waited_for_and_shared_among_the_servers() -> None:
    one, two = queue(2.0, 1), queue(2.0, 2)
    for waiting in (one, two):
        with waiting.entry(1), waiting.entry(1):
            assert waiting.waiting_seconds() == 4.0 / (1 if waiting is one else 2)
            assert waiting.expected_seconds(1) == waiting.waiting_seconds() + 2.0
        assert waiting.waiting_seconds() == 0


def test_work_is_served_in_the_order_of_its_arrival() -> None:
    served: list[tuple[int, float]] = []

    async def serve(line: WorkQueue, number: int) -> None:
        clock = asyncio.get_running_loop().time
        with line.entry(1):
            async with line.turn(1, 60.0, clock):
                served.append((number, clock()))
                await asyncio.sleep(3)

    async def main() -> None:
        line = queue()
        await asyncio.gather(*(serve(line, number) for number in range(3)))

    run_in_virtual_time(main())
    assert served == [(0, 0.0), (1, 3.0), (2, 6.0)]


def test_measured_times_replace_the_estimate() -> None:
    async def main() -> float:
        line = queue(2.0)
        async with line.turn(1, 60.0, asyncio.get_running_loop().time):
            await asyncio.sleep(5)
        return line.expected_seconds(1)

    assert run_in_virtual_time(main()) == pytest.approx(5.0)


def test_waiting_work_is_refused_as_soon_as_it_cannot_be_in_time() -> None:
    async def main() -> tuple[float, str]:
        line, clock = queue(2.0), asyncio.get_running_loop().time

        async def slow() -> None:
            async with line.turn(1, ANSWER_SECONDS, clock):
                await asyncio.sleep(9)  # so the next would take until 18 s

        running = asyncio.create_task(slow())
        await asyncio.sleep(0)
        with pytest.raises(Refused) as refused:
            async with line.turn(1, ANSWER_SECONDS, clock):
                pytest.fail("it must not be served")
        await running
        return clock(), refused.value.message

    assert run_in_virtual_time(main()) == (9.0, "not to be answered within 10 seconds")


def test_a_cancelled_wait_keeps_no_server() -> None:
    async def main() -> float:
        line, clock = queue(), asyncio.get_running_loop().time

        async def serve(seconds: float) -> None:
            async with line.turn(1, 60.0, clock):
                await asyncio.sleep(seconds)

        running, waiting = asyncio.create_task(serve(3)), asyncio.create_task(serve(3))
        await asyncio.sleep(1)
        waiting.cancel()
        await asyncio.gather(running, waiting, return_exceptions=True)
        await serve(1)
        return clock()

    assert run_in_virtual_time(main()) == 4.0
