"""Admission control: a request is refused at once if it would be late or memory would run out.

Each kind of work has its own queue for the threads that serve it. A queue knows the recent service
times of its work, so it can estimate when new work would be done; work that would be late is
refused. Cheap work is never refused because expensive work of another kind waits.
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
DRAWING = "drawing"  # a small picture; size: bytes
TILES = "tiles"  # size: their number
PARSING = "parsing"  # of JSON; size: bytes
CORRECTION = "correction"  # size: 1

# Estimates have errors, and the queue of an overloaded server is always as long as allowed.
# Admitted work must be answered in time, so some of that time is kept in reserve.
EXPECTED_SHARE = 0.75  # of the time for an answer
PICTURE_PLACES = 2  # per core: one for a process at work, one for a picture that takes long
DRAWING_BYTES_MAX = 48 << 10  # a drawing has 3 kB, a photo of 640 x 480 pixels 60
PICTURES_SHARE = 0.75  # of places and memory; the rest is for small requests
DRAWINGS_SHARE = 0.9  # likewise; so photographs leave room for drawings, and these for tiles


def picture_kind(size_bytes: int) -> tuple[str, float]:
    """The queue of a picture by its size alone, which comes with the head, and the share of places
    and memory that it may find taken."""
    small = 0 < size_bytes <= DRAWING_BYTES_MAX  # 0: in chunks, so not known
    return (DRAWING, DRAWINGS_SHARE) if small else (PICTURE, PICTURES_SHARE)


def work_queues(picture_servers: int, drawing_servers: int = 1) -> dict[str, WorkQueue]:
    """Queues by kind of work. The seconds are those of a slow core; measurements replace them."""
    return {
        DRAWING: WorkQueue(ServiceTimes(0.02, proportional=False), drawing_servers),
        PICTURE: WorkQueue(ServiceTimes(0.3, proportional=False), picture_servers),
        TILES: WorkQueue(ServiceTimes(1e-3, proportional=True), 1, batched=True),
        PARSING: WorkQueue(ServiceTimes(5e-8, proportional=True), 1),
        CORRECTION: WorkQueue(ServiceTimes(5e-3, proportional=True), 1),
    }


class Admission:
    """Admits or refuses the work of one event loop, without locks."""

    def __init__(
        self,
        limits: Limits,
        *,
        queues: Mapping[str, WorkQueue] | None = None,
        on_change: Callable[[int], object] = lambda requests: None,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self.limits = limits
        if queues is None:
            cores = threads_available()
            queues = work_queues(PICTURE_PLACES * cores, cores)
        self._queues = queues
        self._on_change = on_change
        self._clock = clock
        self.requests = 0
        self.buffered_bytes = 0

    def refuse_if_full(self, share: float = 1.0) -> None:
        """Refuse a request when all places are taken, before its body is read. Raises Refused."""
        if self.requests >= max(1.0, share * self.limits.requests_max):
            raise busy(f"all {self.limits.requests_max} places are taken")

    def refuse_if_late(self, kind: str, size: int) -> None:
        """Raise Refused if new work would not be done in time. An empty queue refuses nothing:
        otherwise one long piece of work could close it for ever."""
        queue, allowed = self._queues[kind], EXPECTED_SHARE * self.limits.answer_seconds
        excess = queue.expected_seconds(size) - allowed
        if queue.length and excess > 0:
            raise busy(
                f"an answer within {self.limits.answer_seconds:g} seconds cannot be expected",
                math.ceil(excess),
            )

    @contextlib.asynccontextmanager
    async def request(self, share: float = 1.0) -> AsyncIterator[None]:
        """Hold a place while the block runs; enter after the body was read, so that slow senders
        hold none. Cancels the block when the time for an answer is over. Raises Refused."""
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
        """Run the block when a server of its queue is free. Raises Refused if that is too late.

        `admitted`: the work belongs to a request that was admitted, and is only counted. The block
        must contain the work alone, without waiting for anything else: its time is the estimate
        for later work.
        """
        if not admitted:
            self.refuse_if_late(kind, size)
        queue = self._queues[kind]
        with queue.entry(size):
            async with queue.turn(size, self.limits.answer_seconds, self._clock):
                yield

    def add_service_time(self, kind: str, size: int, seconds: float) -> None:
        """Record the time of work that is served in batches."""
        self._queues[kind].service_times.add(size, seconds)

    def buffer(self, size_bytes: int, share: float = 1.0) -> None:
        """Count bytes held in memory, until `release`. Raises Refused, and then counts nothing."""
        if self.buffered_bytes + size_bytes > share * self.limits.buffered_bytes_max:
            raise busy("the memory for bodies is used up")
        self.buffered_bytes += size_bytes

    def release(self, size_bytes: int) -> None:
        self.buffered_bytes -= size_bytes
