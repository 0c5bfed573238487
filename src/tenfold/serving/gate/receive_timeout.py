"""Time-out of one connection for what it has to receive next."""

from __future__ import annotations

import asyncio
import enum
from collections.abc import Callable

LINGER_SECONDS = 2.0  # for the rest of a body whose request was refused; then the connection is cut


class Awaited(enum.Enum):
    """What a connection waits for, where there is a time-out for it."""

    REQUEST = enum.auto()
    HEAD = enum.auto()  # the rest of a head that has started to arrive
    REFUSED_BODY = enum.auto()  # the rest of a body whose request is answered already


class ReceiveTimeout:
    """One timer. `on_expiry` is called if what is awaited has not come when its time is over."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        header_seconds: float,
        on_expiry: Callable[[], object],
    ) -> None:
        self._loop = loop
        self._header_seconds = header_seconds
        self._on_expiry = on_expiry
        self._timer: asyncio.TimerHandle | None = None
        self.awaited: Awaited | None = None

    def start(self, awaited: Awaited | None, idle_seconds: float) -> None:
        """Replace the timer by that for `awaited`; None needs no timer. `idle_seconds` is the time
        for Awaited.REQUEST."""
        self.cancel()
        self.awaited = awaited
        if awaited is None:
            return
        seconds = {
            Awaited.REQUEST: idle_seconds,
            Awaited.HEAD: self._header_seconds,
            Awaited.REFUSED_BODY: LINGER_SECONDS,
        }[awaited]
        self._timer = self._loop.call_later(seconds, self._expire)

    def cancel(self) -> None:
        """Stop the timer, if it runs."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _expire(self) -> None:
        self._timer = None
        self._on_expiry()
