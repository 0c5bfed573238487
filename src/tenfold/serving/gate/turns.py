"""Round-robin between connections that have much to parse and the rest."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable


class Turns:
    """Queue of connections with pipelined requests, or more to parse than one turn allows. Each
    round of the event loop starts one of them, so they do not delay those that send one request."""

    def __init__(self) -> None:
        self._waiting: deque[Callable[[], object]] = deque()

    def wait(self, loop: asyncio.AbstractEventLoop, start: Callable[[], object]) -> None:
        self._waiting.append(start)
        if len(self._waiting) == 1:
            loop.call_soon(self._next, loop)

    def _next(self, loop: asyncio.AbstractEventLoop) -> None:
        start = self._waiting.popleft()
        if self._waiting:
            loop.call_soon(self._next, loop)
        start()
