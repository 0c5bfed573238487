"""Work of one kind that waits for its servers, and how long it will wait."""

from __future__ import annotations

import asyncio
import contextlib
import math
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator

from tenfold.serving.refusals import Refused, busy
from tenfold.serving.service_times import ServiceTimes


class WorkQueue:
    """First come, first served, by `servers` at the same time.

    `batched`: a server takes all who wait in one go, so nobody waits for a slot, and whoever serves
    reports the service times.
    """

    def __init__(self, service_times: ServiceTimes, servers: int, *, batched: bool = False) -> None:
        self.service_times = service_times
        self.length = 0  # admitted and not done, with what is being served
        self._units: Counter[int] = Counter()  # of these, by size class
        self._servers = servers
        self._slots = None if batched else asyncio.Semaphore(servers)

    def waiting_seconds(self) -> float:
        """Until all that is in the queue is done."""
        seconds_of = self.service_times.unit_seconds
        return sum(n * seconds_of(size) for size, n in self._units.items()) / self._servers

    def expected_seconds(self, size: int) -> float:
        """Until work that came now would be done."""
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
    async def slot(
        self, size: int, answer_seconds: float, clock: Callable[[], float]
    ) -> AsyncIterator[None]:
        """Wait for a server, and measure how long the block keeps it. Raises Refused if the wait
        left too little time: work that is cut short would keep others from theirs."""
        if self._slots is None:
            yield
            return
        arrived_at, waits = clock(), self._slots.locked()
        async with self._slots:
            started_at = clock()
            expected = started_at - arrived_at + self.service_times.seconds(size)
            if waits and expected > answer_seconds:
                raise not_answered(answer_seconds, self.waiting_seconds())
            try:
                yield
            except BaseException:  # broken or cut short: it would have taken that long at least
                if (seconds := clock() - started_at) > self.service_times.seconds(size):
                    self.service_times.add(size, seconds)
                raise
            self.service_times.add(size, clock() - started_at)


def not_answered(answer_seconds: float, waiting_seconds: float) -> Refused:
    return busy(f"not answered within {answer_seconds:g} seconds", math.ceil(waiting_seconds))
