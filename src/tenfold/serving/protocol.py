"""uvicorn's HTTP protocol on h11, with the limits that it lacks.

h11 gives one request of a connection at a time: what was sent behind it waits unparsed, and the
connection is not read on. Added here are turns in parsing what is costly, time-outs for heads and
for answers that nobody takes, limits on connections and on what frames a body, errors as JSON,
answers to senders that half-close, and a stop that loses no request: a connection that ends
announces so in its last answer.
"""

from __future__ import annotations

import asyncio
import enum
import logging
import sys
from http import HTTPStatus
from typing import Any

import h11
from uvicorn.config import Config
from uvicorn.protocols.http.h11_impl import H11Protocol

from tenfold.serving.envelope import CLOSE, Envelope, last_answer
from tenfold.serving.journal import LOGGER
from tenfold.serving.portions import Portions, TurnConnection, TurnFlow
from tenfold.serving.refusals import RETRY_SECONDS
from tenfold.serving.send_timeout import SendTimeout
from tenfold.serving.turns import Turns

DRAIN_SECONDS = 0.5  # what a connection may idle once the server stops
CUT_SHARE = 0.8  # of --stop-seconds, for who does not take an answer: before uvicorn cancels it
LINGER_SECONDS = 2.0  # for the rest of a body whose request was refused; then the line is cut
PARSED_BYTES = 16 << 10  # given to the parser at a time, so that it never makes much at once
FRAMING_SHARE = 1 / 16  # of a body: sizes of chunks and the like, besides as much as a head may be

_log = logging.getLogger(LOGGER)


class LimitedConfig(Config):
    """A uvicorn Config that carries the limits to the protocol."""

    def __init__(self, envelope: Envelope, **options: Any) -> None:
        self.limits = envelope.admission.limits
        self.turns = Turns()
        super().__init__(
            envelope,
            http=_in_portions,  # type: ignore[arg-type]  # it is called as a class would be
            h11_max_incomplete_event_size=self.limits.header_bytes_max,
            **options,
        )


def _in_portions(**context: Any) -> Portions:
    return Portions(LimitedProtocol(**context))


class Waits(enum.Enum):  # what a connection waits for, as far as there is a time-out for it
    REQUEST = enum.auto()
    HEAD = enum.auto()  # the rest of one that has begun to come
    REFUSED_BODY = enum.auto()  # the rest of a body whose request is answered already


class LimitedProtocol(H11Protocol):
    config: LimitedConfig
    conn: TurnConnection
    flow: TurnFlow

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._limits = self.config.limits
        self.conn = TurnConnection(self._limits.header_bytes_max)
        self.flow = TurnFlow(transport)
        self._waits: Waits | None = None
        self._timer: asyncio.TimerHandle | None = None  # for `_waits`
        self._sending = SendTimeout(self.loop, transport, self._limits.send_seconds)
        self._body_bytes = 0
        self._framing_bytes = 0  # of what came of this body, all that is not the body itself
        self._draining = False
        self._half_closed = False
        self._completing = False
        self._in_turn = False  # waits until what has come may be parsed on
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
        if self._timer is not None:
            self._timer.cancel()
        super().connection_lost(exc)

    @property
    def _answering(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    @property
    def _has_more_to_say(self) -> bool:
        return self._in_turn or (self._answering and not self.cycle.more_body)

    def data_received(self, data: bytes) -> None:
        start = 0
        while start < len(data) and not self.transport.is_closing():
            end = len(data) if self._in_body_of_known_length() else start + PARSED_BYTES
            super().data_received(data[start:end])  # which parses it, unless it waits for its turn
            start = end
        self._await_next()

    def _in_body_of_known_length(self) -> bool:
        return self.conn.their_state is h11.SEND_BODY and not any(
            name == b"transfer-encoding" for name, _ in self.headers
        )

    def _parse(self) -> None:
        """As much as one turn allows."""
        cycle = self.cycle
        in_body = self._answering and self.conn.their_state is h11.SEND_BODY
        held = len(cycle.body) if in_body else 0
        unparsed = self.conn.unparsed_bytes
        self.conn.begin_turn()
        super().handle_events()
        if not in_body or self.conn.their_state is not h11.SEND_BODY:
            self._body_bytes = self._framing_bytes = 0
        else:
            came = len(cycle.body) - held
            self._body_bytes += came
            self._framing_bytes += unparsed - self.conn.unparsed_bytes - came
            self._refuse_framing()
        if self.conn.turn_over and not self.transport.is_closing():
            self._wait_for_turn()

    def _refuse_framing(self) -> None:
        allowed = self._limits.header_bytes_max + FRAMING_SHARE * self._body_bytes
        if self._framing_bytes > allowed and not self.transport.is_closing():
            self._refuse(
                HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
                "the body comes in too many small chunks, or with too much behind it",
                hint="send chunks of 1,000 bytes or more, and no trailers",
            )

    def eof_received(self) -> bool:  # type: ignore[override]
        """A sender that ends its own side alone gets the answers to what it sent whole."""
        self._half_closed = True
        return self._has_more_to_say

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
        begins = self.conn.their_state is h11.IDLE
        if begins and self.conn.trailing_data[0].find(b"\r\n\r\n") > self._limits.header_bytes_max:
            self._refuse_head(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
            return
        self._parse()
        self._end_if_half_closed()
        self._await_next()

    def _end_if_half_closed(self) -> None:
        if self._half_closed and not self._has_more_to_say:
            self._close()

    def shutdown(self) -> None:
        """Uvicorn calls it when the server stops, after the listening sockets are closed."""
        self._draining = True
        if self._in_turn and not self._answering:
            self._close()
        self._sending.end_in(CUT_SHARE * self._limits.stop_seconds)
        self._await_next(anew=True)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._sending.watch()

    def resume_writing(self) -> None:
        super().resume_writing()
        self._sending.watch()

    def send_400_response(self, msg: str) -> None:
        """Uvicorn calls it where h11 has found an error."""
        problem = sys.exc_info()[1]
        status = HTTPStatus(getattr(problem, "error_status_hint", HTTPStatus.BAD_REQUEST))
        if status is HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE:
            self._refuse_head(status)
        else:
            detail = str(problem or msg).partition(": bytearray")[0][:100]  # not what was sent
            self._refuse(
                status, f"the request is broken: {detail}", hint="send HTTP/1.1 as RFC 9112 has it"
            )

    def _refuse_head(self, status: HTTPStatus) -> None:
        self._refuse(
            status,
            "the head of the request, or what ends its body, is too large",
            hint="send fewer and shorter headers",
        )

    def _await_next(self, *, anew: bool = False, idle_seconds: float | None = None) -> None:
        """Set the time-out for what the connection waits for now, unless it runs already."""
        waits = self._what_is_awaited()
        if waits is self._waits and not anew:
            return
        self._waits = waits
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._draining and self._answering:
            self._announce_close()
        if waits is None:
            return
        if idle_seconds is None:
            idle_seconds = DRAIN_SECONDS if self._draining else self._limits.idle_seconds
        seconds = {
            Waits.REQUEST: idle_seconds,
            Waits.HEAD: self._limits.header_seconds,
            Waits.REFUSED_BODY: LINGER_SECONDS,
        }[waits]
        self._timer = self.loop.call_later(seconds, self._give_up)

    def _what_is_awaited(self) -> Waits | None:
        if self.transport.is_closing() or self._answering:
            return None
        if self.conn.their_state is not h11.IDLE:
            return Waits.REFUSED_BODY
        if self._in_turn:
            return None
        return Waits.HEAD if self.conn.trailing_data[0] else Waits.REQUEST

    def _give_up(self) -> None:
        self._timer = None
        if self._waits is Waits.HEAD:
            self._refuse(
                HTTPStatus.REQUEST_TIMEOUT,
                "the head of the request did not come in time",
                hint="send it faster, and open the connection when you need it",
            )
        else:
            self._close()

    def _announce_close(self) -> None:
        """In the answer, if that has not begun yet."""
        self.cycle.keep_alive = False
        if CLOSE not in self.cycle.default_headers:
            self.cycle.default_headers = [*self.cycle.default_headers, CLOSE]

    def _refuse(
        self,
        status: HTTPStatus,
        error: str,
        *,
        hint: str,
        headers: dict[str, str] | None = None,
    ) -> None:
        """Answer without the application, unless that has begun to, and close."""
        if self._answering:
            self.cycle.disconnected = True  # the application need not answer any more
            self.cycle.message_event.set()
        if not (self._answering and self.cycle.response_started):
            self.transport.write(last_answer(status, error, hint, headers))
        _log.info("refused", extra={"facts": {"status": status.value, "error": error}})
        self._close()

    def _close(self) -> None:
        self.transport.close()
        self._sending.watch()
        self._await_next()
