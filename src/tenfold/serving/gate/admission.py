"""What a worker takes on: by the time that it would take, and by the memory that there is.

Each kind of work has a queue of its own for the threads that serve it. A queue knows how long its
work took lately, so it can say when a newcomer would be answered; who would be answered too late is
refused at once. Cheap work is never refused because dear work of another kind waits.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
import time
from collections.abc import AsyncIterator, Callable, Mapping

from tenfold.environment import threads_available
from tenfold.serving.gate.limits import Limits
from tenfold.serving.gate.refusals import busy
from tenfold.serving.gate.service_times import ServiceTimes
from tenfold.serving.gate.work_queue import WorkQueue, not_answered

PICTURE = "picture"  # size: bytes
TILES = "tiles"  # size: their number
PARSING = "parsing"  # of JSON; size: bytes
CORRECTION = "correction"  # size: 1

# Estimates err and the queue of an overloaded server is always as long as it may be: what is let in
# is to be answered, so it must not be expected at the last moment.
EXPECTED_SHARE = 0.75  # of the time for an answer
PICTURE_PLACES = 2  # a core: a process at work, and one for a picture that takes long
PICTURES_SHARE = 0.75  # of places and memory; the rest is for what is small


def work_queues(picture_servers: int) -> dict[str, WorkQueue]:
    """By kind of work. The seconds are those of a slow core, and stand until the first
    measurement."""
    return {
        PICTURE: WorkQueue(ServiceTimes(0.3, proportional=False), picture_servers),
        TILES: WorkQueue(ServiceTimes(1e-3, proportional=True), 1, batched=True),
        PARSING: WorkQueue(ServiceTimes(5e-8, proportional=True), 1),
        CORRECTION: WorkQueue(ServiceTimes(5e-3, proportional=True), 1),
    }


class Admission:
    """Refuses with 503 what is too much. For one event loop: it takes no lock."""

    def __init__(
        self,
        limits: Limits,
        *,
        queues: Mapping[str, WorkQueue] | None = None,
        on_change: Callable[[int], object] = lambda requests: None,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self.limits = limits
        self._queues = (
            work_queues(PICTURE_PLACES * threads_available()) if queues is None else queues
        )
        self._on_change = on_change
        self._clock = clock
        self.requests = 0
        self.buffered_bytes = 0

    def refuse_if_full(self, share: float = 1.0) -> None:
        """Before a body is read: it would be read in vain. Raises Refused."""
        if self.requests >= max(1.0, share * self.limits.requests_max):
            raise busy(f"all {self.limits.requests_max} places are taken")

    def refuse_if_late(self, kind: str, size: int) -> None:
        """Raises Refused if work that came now would not be done in time. An empty queue refuses
        nothing: else one long piece of work would close it for ever."""
        queue, allowed = self._queues[kind], EXPECTED_SHARE * self.limits.answer_seconds
        excess = queue.expected_seconds(size) - allowed
        if queue.length and excess > 0:
            raise busy(
                f"an answer within {self.limits.answer_seconds:g} seconds cannot be expected",
                math.ceil(excess),
            )

    @contextlib.asynccontextmanager
    async def request(self, share: float = 1.0) -> AsyncIterator[None]:
        """One of the places, for work that begins after the body was read: a slow sender takes
        none. Cancels the block when the time for an answer is over. Raises Refused."""
        self.refuse_if_full(share)
        self.requests += 1
        self._on_change(self.requests)
        try:
            async with asyncio.timeout(self.limits.answer_seconds) as deadline:
                yield
        except TimeoutError:
            if not deadline.expired():
                raise
            waiting = max(queue.waiting_seconds() for queue in self._queues.values())
            raise not_answered(self.limits.answer_seconds, waiting) from None
        finally:
            self.requests -= 1
            self._on_change(self.requests)

    @contextlib.asynccontextmanager
    async def work(self, kind: str, size: int, *, admitted: bool = False) -> AsyncIterator[None]:
        """A piece of work: refused at once if it would come too late, else the block runs when a
        server is free. `admitted`: it belongs to work that was let in, and is only counted.

        The block is to hold the work itself and nothing that waits for something else: the time
        that it takes is what later work is judged by. Raises Refused.
        """
        if not admitted:
            self.refuse_if_late(kind, size)
        queue = self._queues[kind]
        with queue.entry(size):
            async with queue.turn(size, self.limits.answer_seconds, self._clock):
                yield

    def add_service_time(self, kind: str, size: int, seconds: float) -> None:
        """Report the time of work that is served in batches."""
        self._queues[kind].service_times.add(size, seconds)

    def buffer(self, size_bytes: int, share: float = 1.0) -> None:
        """Count bytes that are now held; `release` them. Raises Refused, and counts nothing."""
        if self.buffered_bytes + size_bytes > share * self.limits.buffered_bytes_max:
            raise busy("the memory for bodies is used up")
        self.buffered_bytes += size_bytes

    def release(self, size_bytes: int) -> None:
        self.buffered_bytes -= size_bytes
