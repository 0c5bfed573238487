"""How much a worker has taken on: requests under way, and bytes of their bodies."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

from tenfold.serving.limits import Limits
from tenfold.serving.refusals import Refused, busy


class Admission:
    """Counts, and refuses with 503 what is too much. For one event loop: it takes no lock.

    `arrived` are requests that have come whole and are not answered yet. The protocol counts them,
    because many may come before the first of them is looked at.
    """

    def __init__(
        self, limits: Limits, *, on_change: Callable[[int], object] = lambda requests: None
    ) -> None:
        self.limits = limits
        self._on_change = on_change
        self.requests = 0
        self.arrived = 0
        self.buffered_bytes = 0

    @property
    def full(self) -> bool:
        return max(self.requests, self.arrived) >= self.limits.requests_max

    def no_place(self) -> Refused:
        return busy(f"all {self.limits.requests_max} places are taken")

    def refuse_if_full(self) -> None:
        """Before a body is read: it would be read in vain. Raises Refused."""
        if self.requests >= self.limits.requests_max:
            raise self.no_place()

    @contextlib.contextmanager
    def request(self) -> Iterator[None]:
        """One of the places, for work that began after the body was read: a slow sender takes
        none. Raises Refused."""
        self.refuse_if_full()
        self.requests += 1
        self._on_change(self.requests)
        try:
            yield
        finally:
            self.requests -= 1
            self._on_change(self.requests)

    def buffer(self, size_bytes: int) -> None:
        """Count bytes that are now held; `release` them. Raises Refused, and counts nothing."""
        if self.buffered_bytes + size_bytes > self.limits.buffered_bytes_max:
            raise busy("the memory for bodies is used up")
        self.buffered_bytes += size_bytes

    def release(self, size_bytes: int) -> None:
        self.buffered_bytes -= size_bytes
