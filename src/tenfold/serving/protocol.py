"""uvicorn's HTTP protocol, with the limits that it lacks: for heads, slow senders and stopping.

Uvicorn has no time-out before the first request of a connection, no limit on a request's head, and
closes idle connections at once when it stops, which loses a request that is on its way. Here a
connection that stops announces so in its next answer.
"""

from __future__ import annotations

import asyncio
import json
from http import HTTPStatus
from typing import Any

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from tenfold.serving.limits import Limits
from tenfold.serving.refusals import RETRY_SECONDS

DRAIN_SECONDS = 0.5  # what a connection may idle once the server stops
LINGER_SECONDS = 2.0  # for the rest of a body whose request was refused; then the line is cut


class LimitedConfig(Config):
    """A uvicorn Config that carries limits to its protocol, also into another process."""

    def __init__(self, *arguments: Any, limits: Limits, **options: Any) -> None:
        self.limits = limits
        options["http"] = LimitedProtocol
        super().__init__(*arguments, **options)


class LimitedProtocol(HttpToolsProtocol):
    config: LimitedConfig

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._limits = self.config.limits
        self._head_bytes = 0
        self._in_head = True
        self._body_complete = True
        self._draining = False
        self._timer: asyncio.TimerHandle | None = None
        if len(self.connections) > self._limits.connections_max:
            self._refuse(503, "too many connections", f"retry-after: {RETRY_SECONDS}\r\n")
        else:
            self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._cancel_timer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self.transport.is_closing():
            return
        if self._in_head:
            if self._timer is None:
                self._await_head()
            self._head_bytes += len(data)
        super().data_received(data)
        if self._in_head and self._head_bytes > self._limits.header_bytes_max:
            self._refuse(431, "the head of the request is too large")

    def on_headers_complete(self) -> None:
        self._in_head = False
        self._body_complete = False
        self._head_bytes = 0
        self._cancel_timer()
        super().on_headers_complete()
        if self._draining:
            self.cycle.keep_alive = False

    def on_message_complete(self) -> None:
        self._in_head = True
        self._body_complete = True
        if self.cycle.response_complete:  # the rest of a refused body has come after all
            self._close_after(self._limits.idle_seconds)
        super().on_message_complete()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if not self._body_complete:
            self._close_after(LINGER_SECONDS)

    def shutdown(self) -> None:
        """Uvicorn calls it when the server stops, after the listening sockets are closed."""
        if self.cycle is None or self.cycle.response_complete:
            self._draining = True
            self._close_after(DRAIN_SECONDS)
        else:
            self.cycle.keep_alive = False

    def _await_head(self) -> None:
        self._timer = self.loop.call_later(self._limits.header_seconds, self._give_up_head)

    def _give_up_head(self) -> None:
        if self._head_bytes:
            self._refuse(408, "the head of the request did not come in time")
        else:
            self.transport.close()

    def _close_after(self, seconds: float) -> None:
        self._cancel_timer()
        self._timer = self.loop.call_later(seconds, self.transport.close)

    def _cancel_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _refuse(self, status: int, error: str, header: str = "") -> None:
        """Answer without the application, and close."""
        body = json.dumps({"error": error, "hint": "try again later, or send less"})
        self._cancel_timer()
        self.transport.write(
            f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\n{header}"
            "content-type: application/json\r\n"
            f"content-length: {len(body)}\r\nconnection: close\r\n\r\n{body}".encode()
        )
        self.transport.close()
