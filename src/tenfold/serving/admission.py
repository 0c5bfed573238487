"""What a worker takes on: by the time that it would take, and by the memory that there is.

Each kind of work waits in a line of its own for the threads that serve it. A line knows how long
its work took lately, so it can say when a newcomer would be answered; who would be answered too
late is refused at once. Cheap work is never refused because dear work of another kind waits.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Mapping

from tenfold.environment import threads_available
from tenfold.serving.limits import Limits
from tenfold.serving.refusals import Refused, busy
from tenfold.serving.service_times import ServiceTimes

PICTURE = "picture"  # size: bytes
TILES = "tiles"  # size: their number
PARSING = "parsing"  # of JSON; size: bytes
CORRECTION = "correction"  # size: 1

# Estimates err and the queue of an overloaded server is always as long as it may be: what is let in
# is to be answered, so it must not be expected at the last moment.
EXPECTED_SHARE = 0.75  # of the time for an answer
PICTURES_SHARE = 0.75  # of places and memory; the rest is for what is small


class Line:
    """Work of one kind that was admitted and is not done."""

    def __init__(self, times: ServiceTimes, servers: int, *, together: bool = False) -> None:
        """`servers`: how many serve at the same time. `together`: one of them serves many who wait
        in one go, so nobody waits for a turn, and the times are reported from outside."""
        self.times = times
        self.count = 0
        self._units: Counter[int] = Counter()
        self._servers = servers
        self._turns = None if together else asyncio.Semaphore(servers)  # first come, first served

    def waiting_seconds(self) -> float:
        """Until all that is in the line is done."""
        units = self._units.items()
        return sum(n * self.times.unit_seconds(kind) for kind, n in units) / self._servers

    def answer_seconds(self, size: int) -> float:
        """Until work that came now would be done."""
        wait = self.waiting_seconds() if self.count >= self._servers else 0.0
        return wait + self.times.seconds(size)

    @contextlib.contextmanager
    def place(self, size: int) -> Iterator[None]:
        size_class, units = self.times.units(size)
        self._units[size_class] += units
        self.count += 1
        try:
            yield
        finally:
            self._units[size_class] -= units
            self.count -= 1

    @contextlib.asynccontextmanager
    async def turn(
        self, size: int, answer_seconds: float, clock: Callable[[], float]
    ) -> AsyncIterator[None]:
        """Wait until a server is free, and measure how long the block keeps it. Raises Refused if
        the wait left too little time: work that is cut short would keep others from theirs."""
        if self._turns is None:
            yield
            return
        came, waits = clock(), self._turns.locked()
        async with self._turns:
            began = clock()
            if waits and began - came + self.times.seconds(size) > answer_seconds:
                raise _not_answered(answer_seconds, self.waiting_seconds())
            try:
                yield
            except BaseException:  # broken or cut short: it would have taken that long at least
                if (seconds := clock() - began) > self.times.seconds(size):
                    self.times.add(size, seconds)
                raise
            self.times.add(size, clock() - began)


def lines_of(picture_servers: int) -> dict[str, Line]:
    """The lines of a worker. The seconds are those of a slow core, and stand until the first
    measurement."""
    return {
        PICTURE: Line(ServiceTimes(0.3, proportional=False), picture_servers),
        TILES: Line(ServiceTimes(1e-3, proportional=True), 1, together=True),
        PARSING: Line(ServiceTimes(5e-8, proportional=True), 1),
        CORRECTION: Line(ServiceTimes(5e-3, proportional=True), 1),
    }


class Admission:
    """Refuses with 503 what is too much. For one event loop: it takes no lock."""

    def __init__(
        self,
        limits: Limits,
        *,
        lines: Mapping[str, Line] | None = None,
        on_change: Callable[[int], object] = lambda requests: None,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self.limits = limits
        self._lines = lines_of(threads_available()) if lines is None else lines
        self._on_change = on_change
        self._clock = clock
        self.requests = 0
        self.buffered_bytes = 0

    def refuse_if_full(self, share: float = 1.0) -> None:
        """Before a body is read: it would be read in vain. Raises Refused."""
        if self.requests >= max(1.0, share * self.limits.requests_max):
            raise busy(f"all {self.limits.requests_max} places are taken")

    def refuse_if_late(self, kind: str, size: int) -> None:
        """Raises Refused if work that came now would not be done in time. An idle line refuses
        nothing: else one long piece of work would close it for ever."""
        line = self._lines[kind]
        late = line.answer_seconds(size) - EXPECTED_SHARE * self.limits.answer_seconds
        if line.count and late > 0:
            raise busy(
                f"an answer within {self.limits.answer_seconds:g} seconds cannot be expected",
                math.ceil(late),
            )

    @contextlib.asynccontextmanager
    async def request(self, share: float = 1.0) -> AsyncIterator[None]:
        """One of the places, for work that began after the body was read: a slow sender takes
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
            waiting = max(line.waiting_seconds() for line in self._lines.values())
            raise _not_answered(self.limits.answer_seconds, waiting) from None
        finally:
            self.requests -= 1
            self._on_change(self.requests)

    @contextlib.asynccontextmanager
    async def work(self, kind: str, size: int, *, admitted: bool = False) -> AsyncIterator[None]:
        """A piece of work: refused at once if it would come too late, else in the block when it is
        its turn. `admitted`: it belongs to work that was let in, and is only counted.

        The block is to hold the work itself and nothing that waits for something else: the time
        that it takes is what later work is judged by. Raises Refused.
        """
        if not admitted:
            self.refuse_if_late(kind, size)
        line = self._lines[kind]
        with line.place(size):
            async with line.turn(size, self.limits.answer_seconds, self._clock):
                yield

    def served(self, kind: str, size: int, seconds: float) -> None:
        """Report the time of work that is served together."""
        self._lines[kind].times.add(size, seconds)

    def buffer(self, size_bytes: int, share: float = 1.0) -> None:
        """Count bytes that are now held; `release` them. Raises Refused, and counts nothing."""
        if self.buffered_bytes + size_bytes > share * self.limits.buffered_bytes_max:
            raise busy("the memory for bodies is used up")
        self.buffered_bytes += size_bytes

    def release(self, size_bytes: int) -> None:
        self.buffered_bytes -= size_bytes


def _not_answered(answer_seconds: float, waiting_seconds: float) -> Refused:
    return busy(f"not answered within {answer_seconds:g} seconds", math.ceil(waiting_seconds))
