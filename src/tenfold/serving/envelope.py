"""What each request passes through: guards, security headers, errors as JSON, meters, the log."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus

import msgspec
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tenfold.errors import TenfoldError
from tenfold.serving.admission import Admission
from tenfold.serving.guards import Guards
from tenfold.serving.journal import LOGGER
from tenfold.serving.meters import Meters
from tenfold.serving.refusals import busy, status_of

UNWIND_SHARE = 0.1  # of --stop-seconds: for requests that were cut off to say so
GONE = 499  # in the log alone: the client went away before its answer, as nginx counts it

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


class JSONAnswer(Response):
    media_type = "application/json"

    def render(self, content: object) -> bytes:
        return msgspec.json.encode(content)


class Envelope:
    """Around the application. `routes` are the paths counted by name; the rest are "other".
    `alive` says whether the application can still answer."""

    def __init__(
        self,
        app: ASGIApp,
        guards: Guards,
        meters: Meters,
        admission: Admission,
        *,
        routes: frozenset[str],
        alive: Callable[[], bool] = lambda: True,
    ) -> None:
        self._app = app
        self._guards = guards
        self._meters = meters
        self.admission = admission
        self.alive = alive
        self._routes = routes
        self._under_way = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, self._until_answered(receive), send)
            return
        self._under_way += 1
        try:
            await self._answer(scope, receive, send)
        finally:
            self._under_way -= 1

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        began = time.perf_counter()
        status = GONE
        scope["app"] = self._app  # then Starlette raises where it would answer 404 in plain text

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = _finished(message["headers"])
            await send(message)

        try:
            self._guards.check(scope["method"], scope["path"], Headers(scope=scope))
            await self._app(scope, receive, send_with_headers)
        except ClientDisconnect:
            pass
        except asyncio.CancelledError:  # by uvicorn, when the time to stop is over
            if status == GONE:
                stopped = busy("the server stops, and this was not done in time")
                await _answer_to(stopped)(scope, receive, send_with_headers)
        except Exception as problem:
            if status != GONE:  # the answer has begun: cut it, so that nobody takes it for whole
                raise
            await _answer_to(problem)(scope, receive, send_with_headers)
        finally:
            self._record(scope["method"], scope["path"], status, time.perf_counter() - began)

    def _until_answered(self, receive: Receive) -> Receive:
        """The application is told to close after requests that were cut off have been answered."""

        async def receive_then_wait() -> Message:
            message = await receive()
            if message["type"] == "lifespan.shutdown":
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(UNWIND_SHARE * self.admission.limits.stop_seconds):
                        while self._under_way:
                            await asyncio.sleep(0.01)
            return message

        return receive_then_wait

    def _record(self, method: str, path: str, status: int, seconds: float) -> None:
        self._meters.answered(path if path in self._routes else "other", status, seconds)
        if _log.isEnabledFor(logging.INFO):
            facts = {
                "method": method,
                "path": path[:200],
                "status": status,
                "ms": round(1e3 * seconds, 2),
            }
            _log.info("request", extra={"facts": facts})


def _answer_to(problem: Exception) -> Response:
    if isinstance(problem, TenfoldError):
        headers: Mapping[str, str] = getattr(problem, "headers", {})
        return error_answer(status_of(problem), problem.message, problem.hint, headers)
    if isinstance(problem, HTTPException):  # Starlette's own: no such path, no such method
        return error_answer(
            problem.status_code, problem.detail.lower(), "/docs lists what there is",
            problem.headers or {},
        )  # fmt: skip
    _log.error("fault", exc_info=problem)
    return error_answer(500, "a fault in tenfold", "the server's log has more; please report it")


def last_answer(
    status: HTTPStatus, message: str, hint: str, headers: Mapping[str, str] | None = None
) -> bytes:
    """Of a connection: an error as it goes over the line, without the application."""
    answer = error_answer(status, message, hint, headers)
    lines = [name + b": " + value for name, value in [*_finished(answer.raw_headers), CLOSE]]
    first = f"HTTP/1.1 {status.value} {status.phrase}".encode()
    return b"\r\n".join([first, *lines, b"", bytes(answer.body)])


def _finished(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    finished = list(headers)
    if not any(name == b"cache-control" for name, _ in finished):
        finished.append(_NO_STORE)
    return finished + _SECURITY


def error_answer(
    status: int, message: str, hint: str, headers: Mapping[str, str] | None = None
) -> Response:
    return JSONAnswer({"error": message, "hint": hint}, status, headers=headers)
