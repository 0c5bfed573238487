"""Queue of one kind of work, with estimates of the waiting time."""

from __future__ import annotations

import asyncio
import contextlib
import math
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable, Iterator
from typing import NamedTuple

from tenfold.serving.gate.refusals import Refused, busy
from tenfold.serving.gate.service_times import ServiceTimes


class _Waiting(NamedTuple):
    turn: asyncio.Future[None]
    arrived_at: float
    size: int


class WorkQueue:
    """First come, first served, by `servers` at the same time.

    `batched`: a server takes all waiting work at once, so no work waits for a turn, and the server
    reports the service times.
    """

    def __init__(
        self,
        service_times: ServiceTimes,
        servers: int,
        *,
        batched: bool = False,
    ) -> None:
        self.service_times = service_times
        self.length = 0  # admitted and not done, including work in progress
        self._units: Counter[int] = Counter()  # of work in the queue, by size class
        self._servers = servers
        self._free = servers
        self._batched = batched
        self._waiting: deque[_Waiting] = deque()

    def waiting_seconds(self) -> float:
        """Seconds until all work in the queue is done."""
        seconds_of = self.service_times.unit_seconds
        return sum(n * seconds_of(size) for size, n in self._units.items()) / self._servers

    def expected_seconds(self, size: int) -> float:
        """Seconds until new work of this size would be done."""
        wait = self.waiting_seconds() if self.length >= self._servers else 0.0
        return wait + self.service_times.seconds(size)

    @contextlib.contextmanager
    def entry(self, size: int) -> Iterator[None]:
        """Count work of this size as waiting while the block runs."""
        size_class, units = self.service_times.units(size)
        self._units[size_class] += units
        self.length += 1
        try:
            yield
        finally:
            self._units[size_class] -= units
            self.length -= 1

    @contextlib.asynccontextmanager
    async def turn(
        self, size: int, answer_seconds: float, clock: Callable[[], float]
    ) -> AsyncIterator[None]:
        """Wait for a server, and measure how long the block occupies it. Raises Refused as soon as
        the remaining time is too short."""
        if self._batched:
            yield
            return
        if self._free:
            self._free -= 1
        else:
            await self._wait(_Waiting(asyncio.Future(), clock(), size))
        started_at = clock()
        try:
            yield
            self.service_times.add(size, clock() - started_at)
        except BaseException:  # failed or cancelled: it would have taken at least as long
            if (seconds := clock() - started_at) > self.service_times.seconds(size):
                self.service_times.add(size, seconds)
            raise
        finally:
            self._refuse_overdue(clock(), answer_seconds)
            self._free_server()

    async def _wait(self, waiting: _Waiting) -> None:
        self._waiting.append(waiting)
        try:
            await waiting.turn
        except asyncio.CancelledError:
            if not waiting.turn.cancelled() and waiting.turn.exception() is None:
                self._free_server()  # the turn came at the moment of the cancellation
            raise

    def _free_server(self) -> None:
        """Give the server to the next work that still waits."""
        while self._waiting:
            turn = self._waiting.popleft().turn
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1

    def _refuse_overdue(self, now: float, answer_seconds: float) -> None:
        """Refuse waiting work that was admitted on estimates that were too low. Done now and not at
        the time-out: work that is cancelled half-way would occupy a server for nothing."""
        ahead_seconds = 0.0
        for waiting in self._waiting:
            seconds = self.service_times.seconds(waiting.size)
            if waiting.turn.done():
                continue
            expected = now - waiting.arrived_at + ahead_seconds / self._servers + seconds
            if expected > answer_seconds:
                waiting.turn.set_exception(
                    not_answered(answer_seconds, ahead_seconds / self._servers)
                )
            else:
                ahead_seconds += seconds


def not_answered(answer_seconds: float, waiting_seconds: float) -> Refused:
    return busy(f"not to be answered within {answer_seconds:g} seconds", math.ceil(waiting_seconds))
