"""uvicorn's HTTP/1.1 protocol on h11, with the limits that it lacks.

h11 parses one request of a connection at a time, and what is behind it is not read. Added here:
- turns in parsing, so that a connection whose bytes are slow to parse does not delay others;
- time-outs for heads and for answers that the client does not read;
- limits on the number of connections and on the framing of a body;
- errors as JSON, and answers to clients that half-close or that still send;
- a graceful stop: the last answer of a connection announces its end, so no request is lost.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from http import HTTPStatus

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from tenfold.serving.gate.body_framing import BodyFraming
from tenfold.serving.gate.envelope import CLOSE, raw_error_response
from tenfold.serving.gate.journal import LOGGER
from tenfold.serving.gate.lingering_close import LingeringTransport
from tenfold.serving.gate.portions import TurnConnection, TurnFlow
from tenfold.serving.gate.protocol_config import LimitedConfig
from tenfold.serving.gate.receive_timeout import Awaited, ReceiveTimeout
from tenfold.serving.gate.refusals import RETRY_SECONDS
from tenfold.serving.gate.send_timeout import SendTimeout

DRAIN_SECONDS = 0.5  # that a connection may idle once the server stops
CUT_SHARE = 0.8  # of --stop-seconds, until unread answers are cut: before uvicorn cancels requests
PARSED_BYTES = 16 << 10  # given to the parser at a time, so that one call makes few events

_log = logging.getLogger(LOGGER)


class LimitedProtocol(H11Protocol):
    """One connection."""

    config: LimitedConfig
    conn: TurnConnection
    flow: TurnFlow
    transport: LingeringTransport  # type: ignore[assignment]

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self._limits = self.config.limits
        lingering = LingeringTransport(
            self.loop, transport, self._client_sends, self._limits.body_bytes_max
        )
        super().connection_made(lingering)  # type: ignore[arg-type]
        self.conn = TurnConnection(self._limits.header_bytes_max)
        self.flow = TurnFlow(transport)
        self._receiving = ReceiveTimeout(self.loop, self._limits.header_seconds, self._expire)
        self._sending = SendTimeout(self.loop, transport, self._limits.send_seconds)
        self._framing = BodyFraming(self._limits.header_bytes_max)
        self._draining = False
        self._half_closed = False
        self._completing = False
        self._in_turn = False  # what has arrived waits until it may be parsed on
        if len(self.connections) > self._limits.connections_max:
            self._refuse(
                HTTPStatus.SERVICE_UNAVAILABLE,
                "too many connections",
                hint="close those that you do not need, and try again in a second",
                headers={"retry-after": str(RETRY_SECONDS)},
            )
        else:
            self._await_next(idle_seconds=self._limits.header_seconds)

    def connection_lost(self, exc: Exception | None) -> None:
        self._sending.cancel()
        self._receiving.cancel()
        self.transport.end()
        super().connection_lost(exc)

    def _client_sends(self) -> bool:
        """Whether more of a body may come, and is not what the connection is closed for."""
        in_body = self.conn.their_state is h11.SEND_BODY
        return in_body and not self._half_closed and not self._framing.excessive

    @property
    def _answering(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    @property
    def _has_more_answers(self) -> bool:
        return self._in_turn or (self._answering and not self.cycle.more_body)

    def data_received(self, data: bytes) -> None:
        start = 0
        if self.transport.is_closing():
            self.transport.drop(data)
        while start < len(data) and not self.transport.is_closing():
            end = len(data) if self._in_body_of_known_length() else start + PARSED_BYTES
            super().data_received(data[start:end])  # and handle_events parses, if it is its turn
            start = end
        self._await_next()

    def _in_body_of_known_length(self) -> bool:
        return self.conn.their_state is h11.SEND_BODY and not any(
            name == b"transfer-encoding" for name, _ in self.headers
        )

    def _parse(self) -> None:
        """Parse as much of what has arrived as one turn allows."""
        cycle = self.cycle
        in_body = self._answering and self.conn.their_state is h11.SEND_BODY
        buffered = len(cycle.body) if in_body else 0
        unparsed = self.conn.unparsed_bytes
        self.conn.begin_turn()
        super().handle_events()
        if in_body and self.conn.their_state is h11.SEND_BODY:
            self._framing.add(unparsed - self.conn.unparsed_bytes, len(cycle.body) - buffered)
        else:
            self._framing.reset()
        if self.transport.is_closing():
            return
        if self._framing.excessive:
            self._refuse(
                HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
                "the body comes in too many small chunks, or with too much behind it",
                hint="send chunks of 1,000 bytes or more, and no trailers",
            )
        elif self.conn.turn_over:
            self._wait_for_turn()

    def eof_received(self) -> bool:  # type: ignore[override]
        """Keep a half-closed connection open while requests that arrived complete are answered."""
        self._half_closed = True
        return self._has_more_answers

    def on_response_complete(self) -> None:
        self._completing = True
        super().on_response_complete()  # goes on to the next request
        self._completing = False
        self._sending.watch()
        self._end_if_half_closed()
        self._await_next()

    def handle_events(self) -> None:
        if self._in_turn:
            return
        if self._completing and self.conn.trailing_data[0]:
            self._wait_for_turn()
        else:
            self._parse()

    def _wait_for_turn(self) -> None:
        self._in_turn = True
        self.flow.hold()
        self.config.turns.wait(self.loop, self._take_turn)

    def _take_turn(self) -> None:
        self._in_turn = False
        if self.transport.is_closing():
            return
        self.flow.release()
        self._parse()
        self._end_if_half_closed()
        self._await_next()

    def _end_if_half_closed(self) -> None:
        if self._half_closed and not self._has_more_answers:
            self._close()

    def shutdown(self) -> None:
        """Close or drain. uvicorn calls it at a stop, when nothing new is accepted any more."""
        self._draining = True
        self.transport.end()
        if self._in_turn and not self._answering:
            self._close()
        self._sending.end_in(CUT_SHARE * self._limits.stop_seconds)
        self._await_next(restart=True)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._sending.watch()

    def resume_writing(self) -> None:
        super().resume_writing()
        self._sending.watch()

    def send_400_response(self, msg: str) -> None:
        """Refuse a broken request. uvicorn calls it when h11 has found an error."""
        problem = sys.exc_info()[1]
        status = HTTPStatus(getattr(problem, "error_status_hint", HTTPStatus.BAD_REQUEST))
        if status is HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE:
            error = "the head of the request, or what ends its body, is too large"
            hint = "send fewer and shorter headers"
        else:
            detail = str(problem or msg).partition(": bytearray")[0]  # not what was sent
            error = f"the request is broken: {detail[:100]}"
            hint = "send HTTP/1.1 as RFC 9112 has it"
        self._refuse(status, error, hint=hint)

    def _await_next(self, *, restart: bool = False, idle_seconds: float | None = None) -> None:
        """Start the time-out for what the connection waits for now, unless it runs already."""
        awaited = self._awaited()
        if awaited is self._receiving.awaited and not restart:
            return
        if self._draining and self._answering:
            self._announce_close()
        if idle_seconds is None:
            idle_seconds = DRAIN_SECONDS if self._draining else self._limits.idle_seconds
        self._receiving.start(awaited, idle_seconds)

    def _awaited(self) -> Awaited | None:
        if self.transport.is_closing() or self._answering:
            return None
        if self.conn.their_state is not h11.IDLE:
            return Awaited.REFUSED_BODY
        if self._in_turn:
            return None
        return Awaited.HEAD if self.conn.trailing_data[0] else Awaited.REQUEST

    def _expire(self) -> None:
        if self._receiving.awaited is Awaited.HEAD:
            self._refuse(
                HTTPStatus.REQUEST_TIMEOUT,
                "the head of the request did not come in time",
                hint="send it faster, and open the connection when you need it",
            )
        else:
            self._close()
            self.transport.end()  # the time for the rest of a body is over

    def _announce_close(self) -> None:
        """Announce the connection's end in the answer, if its head was not sent yet."""
        self.cycle.keep_alive = False
        if CLOSE not in self.cycle.default_headers:
            self.cycle.default_headers = [*self.cycle.default_headers, CLOSE]

    def _refuse(
        self, status: HTTPStatus, error: str, *, hint: str, headers: dict[str, str] | None = None
    ) -> None:
        """Answer in the application's place, unless its answer has started, and close."""
        if self._answering:
            self.cycle.disconnected = True  # the application need not answer any more
            self.cycle.message_event.set()
        if not (self._answering and self.cycle.response_started):
            self.transport.write(raw_error_response(status, error, hint, headers))
        _log.info("refused", extra={"facts": {"status": status.value, "error": error}})
        self._close()

    def _close(self) -> None:
        self.transport.close()
        self._sending.watch()
        self._await_next()
