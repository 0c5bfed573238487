"""Middleware around the application: guards, security headers, errors as JSON, metrics, log."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from http import HTTPStatus

import msgspec
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tenfold.errors import TenfoldError
from tenfold.serving.gate.admission import Admission
from tenfold.serving.gate.guards import Guards
from tenfold.serving.gate.journal import LOGGER
from tenfold.serving.gate.meters import Meters
from tenfold.serving.gate.refusals import busy, status_of

# of --stop-seconds: for cancelled requests to be answered, before the application closes
UNWIND_SHARE = 0.1
CLIENT_CLOSED = 499  # only in the log: the client left before its response; nginx's number

SECURITY = {
    # the page's own three files, and the pictures that it makes itself
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' blob: data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}
_SECURITY = [(name.encode(), value.encode()) for name, value in SECURITY.items()]
CLOSE = (b"connection", b"close")
_NO_STORE = (b"cache-control", b"no-store")

_log = logging.getLogger(LOGGER)


class JSONResponse(Response):
    """Response whose content msgspec encodes."""

    media_type = "application/json"

    def render(self, content: object) -> bytes:
        return msgspec.json.encode(content)


class Envelope:
    """Middleware around `app`, itself an ASGI application.

    `route_of`: the route of a path, by which metrics count.
    `alive`: whether the application can still answer.
    `change_model`: loads the model anew.
    """

    def __init__(
        self,
        app: ASGIApp,
        guards: Guards,
        meters: Meters,
        admission: Admission,
        *,
        route_of: Callable[[str], str],
        alive: Callable[[], bool] = lambda: True,
        change_model: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self._app = app
        self._guards = guards
        self._meters = meters
        self.admission = admission
        self.alive = alive
        self.change_model = change_model
        self._route_of = route_of
        self._requests_in_progress = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, self._until_answered(receive), send)
            return
        self._requests_in_progress += 1
        try:
            await self._answer(scope, receive, send)
        finally:
            self._requests_in_progress -= 1

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        started_at = time.perf_counter()
        status = CLIENT_CLOSED
        scope["app"] = self._app  # then Starlette raises where it would answer 404 in plain text

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = _with_security_headers(message["headers"])
            await send(message)

        try:
            self._guards.check(scope["method"], scope["path"], Headers(scope=scope))
            await self._app(scope, receive, send_with_headers)
        except ClientDisconnect:
            pass
        except asyncio.CancelledError:  # by uvicorn, when the time for a graceful stop is over
            if status == CLIENT_CLOSED:
                stopped = busy("the server stops, and this was not done in time")
                await _error_response_to(stopped)(scope, receive, send_with_headers)
        except Exception as problem:
            if status != CLIENT_CLOSED:
                raise  # the response has started: the connection is cut, so that it is incomplete
            await _error_response_to(problem)(scope, receive, send_with_headers)
        finally:
            self._record(scope["method"], scope["path"], status, time.perf_counter() - started_at)

    def _until_answered(self, receive: Receive) -> Receive:
        """Delay the application's shutdown until cancelled requests have been answered."""

        async def receive_then_wait() -> Message:
            message = await receive()
            if message["type"] == "lifespan.shutdown":
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(UNWIND_SHARE * self.admission.limits.stop_seconds):
                        while self._requests_in_progress:
                            await asyncio.sleep(0.01)
            return message

        return receive_then_wait

    def _record(self, method: str, path: str, status: int, seconds: float) -> None:
        self._meters.count_request(self._route_of(path), status, seconds)
        if _log.isEnabledFor(logging.INFO):
            facts = {
                "method": method,
                "path": path[:200],
                "status": status,
                "ms": round(1e3 * seconds, 2),
            }
            _log.info("request", extra={"facts": facts})


def _error_response_to(problem: Exception) -> Response:
    if isinstance(problem, TenfoldError):
        headers: Mapping[str, str] = getattr(problem, "headers", {})
        return error_response(status_of(problem), problem.message, problem.hint, headers)
    if isinstance(problem, HTTPException):  # by Starlette: unknown path, wrong method
        return error_response(
            problem.status_code, problem.detail.lower(), "/docs lists what there is",
            problem.headers or {},
        )  # fmt: skip
    _log.error("fault", exc_info=problem)
    return error_response(500, "a fault in tenfold", "the server's log has more; please report it")


def raw_error_response(
    status: HTTPStatus, message: str, hint: str, headers: Mapping[str, str] | None = None
) -> bytes:
    """Encode the last response of a connection, an error, without the application."""
    answer = error_response(status, message, hint, headers)
    lines = [
        name + b": " + value for name, value in [*_with_security_headers(answer.raw_headers), CLOSE]
    ]
    first = f"HTTP/1.1 {status.value} {status.phrase}".encode()
    return b"\r\n".join([first, *lines, b"", bytes(answer.body)])


def _with_security_headers(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    finished = list(headers)
    if not any(name == b"cache-control" for name, _ in finished):
        finished.append(_NO_STORE)
    return finished + _SECURITY


def error_response(
    status: int, message: str, hint: str, headers: Mapping[str, str] | None = None
) -> Response:
    return JSONResponse({"error": message, "hint": hint}, status, headers=headers)
