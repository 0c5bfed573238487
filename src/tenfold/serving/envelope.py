"""What each request passes through: guards, security headers, errors as JSON, meters, the log."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Mapping, Sequence
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
_NO_STORE = (b"cache-control", b"no-store")

Answer = tuple[Sequence[tuple[bytes, bytes]], bytes]  # headers and body

_log = logging.getLogger(LOGGER)


class JSONAnswer(Response):
    media_type = "application/json"

    def render(self, content: object) -> bytes:
        return msgspec.json.encode(content)


class Envelope:
    """Around the application. `routes` are the paths counted by name; the rest are "other".
    `work` are those of them that take a place in `admission`."""

    def __init__(
        self,
        app: ASGIApp,
        guards: Guards,
        meters: Meters,
        admission: Admission,
        *,
        routes: frozenset[str],
        work: frozenset[str],
    ) -> None:
        self._app = app
        self._guards = guards
        self._meters = meters
        self.admission = admission
        self._routes = routes
        self._work = work
        full = _answer_to(admission.no_place())
        self._no_place = [*full.raw_headers, _NO_STORE, *_SECURITY], bytes(full.body)

    def no_place_for(self, method: str, path: str) -> Answer | None:
        """Where all places are taken, the answer to a request that wants one: for a protocol that
        asks before it makes a task of the request. Else None."""
        if path not in self._work or method != "POST" or not self.admission.full:
            return None
        self._record(method, path, HTTPStatus.SERVICE_UNAVAILABLE, 0.0)
        return self._no_place

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        status = GONE
        scope["app"] = self._app  # then Starlette raises where it would answer 404 in plain text

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = list(message["headers"])
                if not any(name == b"cache-control" for name, _ in headers):
                    headers.append(_NO_STORE)
                message["headers"] = headers + _SECURITY
            await send(message)

        try:
            self._guards.check(scope["method"], scope["path"], Headers(scope=scope))
            await self._app(scope, receive, send_with_headers)
        except ClientDisconnect:
            pass
        except asyncio.CancelledError:  # --stop-seconds are over; the task ends here either way
            if status == GONE:
                stopping = busy("the server stops, and this was not done in time")
                await _answer_to(stopping)(scope, receive, send_with_headers)
        except Exception as problem:
            if status != GONE:  # the answer has begun: cut it, so that nobody takes it for whole
                raise
            await _answer_to(problem)(scope, receive, send_with_headers)
        self._record(scope["method"], scope["path"], status, time.perf_counter() - began)

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


def error_answer(
    status: int, message: str, hint: str, headers: Mapping[str, str] | None = None
) -> Response:
    return JSONAnswer({"error": message, "hint": hint}, status, headers=headers)
