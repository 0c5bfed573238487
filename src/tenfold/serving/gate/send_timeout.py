"""A connection ends if its answers are not taken."""

from __future__ import annotations

import asyncio
import logging
import socket
import struct
import sys

from tenfold.serving.gate.journal import LOGGER

RESET = struct.pack("HH" if sys.platform == "win32" else "ii", 1, 0)  # linger: on, for no second

_log = logging.getLogger(LOGGER)


class SendTimeout:
    """Of one connection."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop, transport: asyncio.Transport, seconds: float
    ) -> None:
        self._loop = loop
        self._transport = transport
        self._seconds = seconds
        self._timer: asyncio.TimerHandle | None = None

    def watch(self) -> None:
        """Give the client its time anew: something was written, or something was taken."""
        self.cancel()
        if self._transport.get_write_buffer_size():
            self._timer = self._loop.call_later(self._seconds, self._cut)

    def cancel(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _cut(self) -> None:
        if not self._transport.get_write_buffer_size():
            return
        # Reset: or the system would go on holding what it has for as long as it likes.
        line = self._transport.get_extra_info("socket")
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        self._transport.abort()
        _log.info("cut", extra={"facts": {"error": "the answer was not taken in time"}})
