"""Time-out of one connection for a client that does not read its responses."""

from __future__ import annotations

import asyncio
import logging
import math
import socket
import struct
import sys

from tenfold.serving.gate.journal import LOGGER

RESET = struct.pack("HH" if sys.platform == "win32" else "ii", 1, 0)  # linger: on, for no second

_log = logging.getLogger(LOGGER)


class SendTimeout:
    """Aborts a connection whose write buffer does not drain in time."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop, transport: asyncio.Transport, seconds: float
    ) -> None:
        self._loop = loop
        self._transport = transport
        self._seconds = seconds
        self._timer: asyncio.TimerHandle | None = None
        self._end_at = math.inf  # by the loop's clock

    def watch(self) -> None:
        """Restart the timer: the connection has written, or the client has read."""
        self.cancel()
        if self._transport.get_write_buffer_size():
            cut_at = min(self._loop.time() + self._seconds, self._end_at)
            self._timer = self._loop.call_at(cut_at, self._cut)

    def end_in(self, seconds: float) -> None:
        """Cut the connection after that time, however much the client reads until then."""
        self._end_at = self._loop.time() + seconds
        self.watch()

    def cancel(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _cut(self) -> None:
        if not self._transport.get_write_buffer_size():
            return
        # A reset: after a plain close the system may keep the buffer without a limit.
        connection = self._transport.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        self._transport.abort()
        _log.info("cut", extra={"facts": {"error": "the answer was not taken in time"}})
