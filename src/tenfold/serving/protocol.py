"""uvicorn's HTTP protocol, with the limits that it lacks: for heads, slow senders and stopping.

Uvicorn has no time-out before the first request of a connection, no limit on a request's head, and
closes idle connections at once when it stops, which loses a request that is on its way. Here a
connection that stops announces so in its next answer.

Where all places are taken a request is refused here, before a task is made for it: of many that
come at once the last would else wait until all before it had been looked at.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from tenfold.serving.envelope import Envelope
from tenfold.serving.refusals import RETRY_SECONDS

DRAIN_SECONDS = 0.5  # what a connection may idle once the server stops
LINGER_SECONDS = 2.0  # for the rest of a body whose request was refused; then the line is cut


class LimitedConfig(Config):
    """A uvicorn Config that carries the application and its limits to the protocol."""

    def __init__(self, envelope: Envelope, **options: Any) -> None:
        self.envelope = envelope
        self.admission = envelope.admission
        super().__init__(envelope, http=LimitedProtocol, **options)


class LimitedProtocol(HttpToolsProtocol):
    config: LimitedConfig

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._limits = self.config.admission.limits
        self._arrived = 0  # requests of this connection that are whole and not answered
        self._refused = False  # the request that is coming in was answered already
        self._head_bytes = 0
        self._in_head = True
        self._body_complete = True
        self._draining = False
        self._timer: asyncio.TimerHandle | None = None
        if len(self.connections) > self._limits.connections_max:
            retry = (b"retry-after", str(RETRY_SECONDS).encode())
            self._refuse(HTTPStatus.SERVICE_UNAVAILABLE, "too many connections", retry)
        else:
            self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._cancel_timer()
        self._count(-self._arrived)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self.transport.is_closing():
            return
        begins = self._in_head and not self._head_bytes
        if self._in_head:
            self._head_bytes += len(data)
        super().data_received(data)
        if not self._in_head or not self._head_bytes or self.transport.is_closing():
            return
        if self._head_bytes > self._limits.header_bytes_max:
            self._refuse(
                HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "the head of the request is too large"
            )
        elif begins:
            self._await_head()

    def on_headers_complete(self) -> None:
        self._in_head = False
        self._body_complete = False
        self._head_bytes = 0
        self._cancel_timer()
        self._refused = self._refuse_for_want_of_a_place()
        if not self._refused:
            super().on_headers_complete()
            if self._draining:
                self.cycle.keep_alive = False

    def on_body(self, body: bytes) -> None:
        if not self._refused:
            super().on_body(body)

    def on_message_complete(self) -> None:
        self._in_head = True
        self._body_complete = True
        if self._refused or self.cycle.response_complete:
            self._close_after(self._limits.idle_seconds)  # the rest of its body has come after all
        else:
            self._count(1)
            super().on_message_complete()

    def on_response_complete(self) -> None:
        if self._arrived:
            self._count(-1)
        super().on_response_complete()
        if not self._body_complete:
            self._close_after(LINGER_SECONDS)

    def _count(self, requests: int) -> None:
        self._arrived += requests
        self.config.admission.arrived += requests

    def _refuse_for_want_of_a_place(self) -> bool:
        """Whether the answer was given. A request behind another, or the last of its connection,
        goes the long way."""
        if self._draining or not self.parser.should_keep_alive():
            return False
        if self.cycle is not None and not self.cycle.response_complete:
            return False
        method, path = self.parser.get_method(), self.url.partition(b"?")[0]
        answer = self.config.envelope.no_place_for(method.decode("ascii"), path.decode("latin-1"))
        if answer is None:
            return False
        self._write(HTTPStatus.SERVICE_UNAVAILABLE, *answer)
        self._close_after(LINGER_SECONDS)
        return True

    def shutdown(self) -> None:
        """Uvicorn calls it when the server stops, after the listening sockets are closed."""
        if self.cycle is None or self.cycle.response_complete:
            self._draining = True
            self._close_after(DRAIN_SECONDS)
        else:
            self.cycle.keep_alive = False

    def _await_head(self) -> None:
        self._cancel_timer()
        self._timer = self.loop.call_later(self._limits.header_seconds, self._give_up_head)

    def _give_up_head(self) -> None:
        if self._head_bytes:
            self._refuse(HTTPStatus.REQUEST_TIMEOUT, "the head of the request did not come in time")
        else:
            self.transport.close()

    def _close_after(self, seconds: float) -> None:
        self._cancel_timer()
        self._timer = self.loop.call_later(seconds, self.transport.close)

    def _cancel_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _refuse(self, status: HTTPStatus, error: str, *headers: tuple[bytes, bytes]) -> None:
        """Answer without the application, and close."""
        body = json.dumps({"error": error, "hint": "try again later, or send less"}).encode()
        self._cancel_timer()
        about = [
            (b"content-type", b"application/json"),
            (b"content-length", str(len(body)).encode()),
            (b"connection", b"close"),
        ]
        self._write(status, [*headers, *about], body)
        self.transport.close()

    def _write(
        self, status: HTTPStatus, headers: Sequence[tuple[bytes, bytes]], body: bytes
    ) -> None:
        head = f"HTTP/1.1 {status.value} {status.phrase}\r\n".encode()
        lines = [name + b": " + value + b"\r\n" for name, value in headers]
        self.transport.write(b"".join([head, *lines, b"\r\n", body]))
