"""What one connection gets of the event loop at a time: so many bytes read, so much of it parsed.

Without that the system would give 256 KB of a connection at once, all of it would be held, and
parsed before anybody else's turn, at up to 2 microseconds a byte.
"""

from __future__ import annotations

import asyncio
from typing import Any

import h11
from uvicorn.protocols.http.flow_control import FlowControl

READ_BYTES = 32 << 10
EVENTS = 64  # of the parser, in one turn: a millisecond where all of them are chunks of one byte


class Portions(asyncio.BufferedProtocol):
    """Hands a protocol of streams what comes, at most READ_BYTES at a time."""

    _buffer = bytearray(READ_BYTES)  # of all connections: it is emptied before the next read

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


class TurnConnection(h11.Connection):
    """Says after some events that it needs data, although it has more to parse: `turn_over`."""

    def __init__(self, header_bytes_max: int) -> None:
        super().__init__(h11.SERVER, header_bytes_max)
        self.begin_turn()

    def begin_turn(self) -> None:
        self.turn_over = False
        self._left = EVENTS

    def next_event(self) -> Any:
        if not self._left:
            self.turn_over = True
            return h11.NEED_DATA
        self._left -= 1
        return super().next_event()

    @property
    def unparsed_bytes(self) -> int:
        return len(self.trailing_data[0])


class TurnFlow(FlowControl):
    """Reads no more while it is `held`, whoever asks."""

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
