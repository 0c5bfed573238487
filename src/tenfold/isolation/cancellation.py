"""A call whose answer nobody waits for any more is given up, and its process is killed."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from typing import Protocol


class Cancelled(Exception):
    """The call was cancelled before its work began."""


class Killable(Protocol):
    """What works on a call and can be ended."""

    def kill(self) -> None:
        """Kill it, from any thread."""


class Cancellation:
    """The cancellation of one call, which any thread may ask for, before, during and after it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._cancelled = False
        self._process: Killable | None = None

    def cancel(self) -> None:
        """Kill the process that works on the call; one that is done with it is left alone."""
        with self._lock:
            self._cancelled = True
            if self._process is not None:
                self._process.kill()

    @contextlib.contextmanager
    def applies_to(self, process: Killable) -> Iterator[None]:
        """Let `cancel` kill this process while the block runs. Raises Cancelled."""
        with self._lock:
            if self._cancelled:
                raise Cancelled
            self._process = process
        try:
            yield
        finally:
            with self._lock:
                self._process = None
