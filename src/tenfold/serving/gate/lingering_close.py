"""Closing a connection whose client still sends, so that the client gets the answer it was given.

A system that closes a connection with bytes unread, or that receives bytes for a closed one, resets
it: the client's next write fails, and what was sent to it last may be thrown away before it is
read. So the sending side ends first, and what still arrives is read and dropped for a while
(RFC 9112, section 9.6).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from tenfold.serving.gate.receive_timeout import LINGER_SECONDS


class LingeringTransport:
    """A transport that is `is_closing` from `close` on, and closes when the client has ended its
    side, at the latest after LINGER_SECONDS or `bytes_max`. It closes at once if not
    `client_sends()`.

    Whoever receives for it gives what comes while it is closing to `drop`. Else it is as
    `transport`.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        transport: asyncio.Transport,
        client_sends: Callable[[], bool],
        bytes_max: int,
    ) -> None:
        self._loop = loop
        self._transport = transport
        self._client_sends = client_sends
        self._bytes_left = bytes_max
        self._timer: asyncio.TimerHandle | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def is_closing(self) -> bool:
        return self._timer is not None or self._transport.is_closing()

    def write(self, data: bytes) -> None:
        if not self.is_closing():
            self._transport.write(data)

    def close(self) -> None:
        if self.is_closing():
            return
        if not self._client_sends():
            self._transport.close()
            return
        self._timer = self._loop.call_later(LINGER_SECONDS, self._transport.close)
        self._transport.write_eof()
        self._transport.resume_reading()  # where the client was too fast for the application

    def drop(self, data: bytes) -> None:
        self._bytes_left -= len(data)
        if self._bytes_left < 0:
            self.end()

    def end(self) -> None:
        """Close now, if it is closing."""
        if self._timer is not None:
            self._timer.cancel()
            self._transport.close()
