"""Who sends many requests at once waits for those who send one."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable


class Turns:
    """What was sent behind an earlier request is begun in turn, one request in a round of the event
    loop: many connections with many requests each then hold up nobody who sends one."""

    def __init__(self) -> None:
        self._waiting: deque[Callable[[], object]] = deque()

    def wait(self, loop: asyncio.AbstractEventLoop, begin: Callable[[], object]) -> None:
        self._waiting.append(begin)
        if len(self._waiting) == 1:
            loop.call_soon(self._next, loop)

    def _next(self, loop: asyncio.AbstractEventLoop) -> None:
        begin = self._waiting.popleft()
        if self._waiting:
            loop.call_soon(self._next, loop)
        begin()
