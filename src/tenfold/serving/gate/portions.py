"""Bounds on the bytes that a connection reads, and parses, in one round of the event loop.

Without them asyncio would read 256 KB of a connection at once, hold all of it, and parse it before
any other connection is served, at up to 2 microseconds a byte.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import h11
from uvicorn.protocols.http.flow_control import FlowControl

READ_BYTES = 32 << 10
EVENTS = 64  # of the parser in one turn; a millisecond, where all of them are chunks of one byte


class Portions(asyncio.BufferedProtocol):
    """Hands received bytes to a stream protocol, at most READ_BYTES at a time."""

    _buffer = bytearray(READ_BYTES)  # shared by all connections: emptied before the next read

    def __init__(self, protocol: asyncio.Protocol) -> None:
        self._protocol = protocol
        self.connection_made = protocol.connection_made  # type: ignore[method-assign]
        self.connection_lost = protocol.connection_lost  # type: ignore[method-assign]
        self.eof_received = protocol.eof_received  # type: ignore[method-assign]
        self.pause_writing = protocol.pause_writing  # type: ignore[method-assign]
        self.resume_writing = protocol.resume_writing  # type: ignore[method-assign]

    def get_buffer(self, sizehint: int) -> bytearray:
        return self._buffer

    def buffer_updated(self, nbytes: int) -> None:
        self._protocol.data_received(bytes(memoryview(self._buffer)[:nbytes]))


def in_portions(protocol: Callable[..., asyncio.Protocol]) -> Callable[..., Portions]:
    """Factory of Portions, one around each protocol that `protocol` makes."""
    return lambda **context: Portions(protocol(**context))


class TurnConnection(h11.Connection):
    """Parser that returns NEED_DATA after EVENTS events, although it could parse more. Then
    `turn_over` is true, until `begin_turn`.

    A request is refused, as one that h11 finds broken, whose whole head is too large (h11 bounds
    only incomplete ones), or that gives two lengths of its body: a proxy may have taken the other,
    and then what follows is not the next request (RFC 9112, section 6.1).
    """

    def __init__(self, header_bytes_max: int) -> None:
        super().__init__(h11.SERVER, header_bytes_max)
        self._header_bytes_max = header_bytes_max
        self.begin_turn()

    def begin_turn(self) -> None:
        self.turn_over = False
        self._left = EVENTS

    def next_event(self) -> Any:
        if not self._left:
            self.turn_over = True
            return h11.NEED_DATA
        self._left -= 1
        before = self.unparsed_bytes
        event = super().next_event()
        if isinstance(event, h11.Request):
            self._check_head(event, before - self.unparsed_bytes)
        return event

    def _check_head(self, request: h11.Request, head_bytes: int) -> None:
        if head_bytes > self._header_bytes_max:
            status = HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
            raise h11.RemoteProtocolError("head too large", error_status_hint=status.value)
        names = {name for name, _ in request.headers}
        if names >= {b"transfer-encoding", b"content-length"}:
            raise h11.RemoteProtocolError("both Content-Length and Transfer-Encoding")

    @property
    def unparsed_bytes(self) -> int:
        return len(self.trailing_data[0])


class TurnFlow(FlowControl):
    """Flow control that does not resume reading while it is `held`."""

    held = False

    def hold(self) -> None:
        self.held = True
        self.pause_reading()

    def release(self) -> None:
        self.held = False
        self.resume_reading()

    def resume_reading(self) -> None:
        if not self.held:
            super().resume_reading()
