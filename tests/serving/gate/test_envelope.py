"""Whatever an application does, its caller gets a documented answer and the log one line."""

from __future__ import annotations

import asyncio
import json
import logging
from typing import Any

import pytest

pytest.importorskip("starlette", reason="the serve extra is not installed")
pytest.importorskip("prometheus_client", reason="the serve extra is not installed")
pytest.importorskip("uvicorn", reason="the serve extra is not installed")

from served import Server
from tenfold.serving.gate.admission import Admission
from tenfold.serving.gate.envelope import Envelope
from tenfold.serving.gate.guards import Guards
from tenfold.serving.gate.limits import Limits
from tenfold.serving.gate.meters import Meters


def asked(app: Any, *headers: tuple[bytes, bytes], cancel: bool = False) -> list[dict[str, Any]]:
    """The messages that come back for POST /predict."""
    envelope = Envelope(
        app,
        Guards(hosts=None, token=None),
        Meters("1"),
        Admission(Limits()),
        route_of=lambda path: path,
    )
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/predict",
        "headers": list(headers),
        "query_string": b"",
    }
    sent: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    async def run() -> None:
        task = asyncio.create_task(envelope(scope, None, send))  # type: ignore[arg-type]
        await asyncio.sleep(0)
        if cancel:
            task.cancel()
        await task

    asyncio.run(run())
    return sent


async def divides_by_zero(*_: Any) -> None:
    _ = 1 / 0


async def never_ends(*_: Any) -> None:
    await asyncio.Event().wait()


def test_a_fault_is_a_documented_answer_and_one_error_in_the_log(caplog: pytest.LogCaptureFixture):
    with caplog.at_level(logging.ERROR):
        start, body = asked(divides_by_zero)
    assert start["status"] == 500
    assert set(json.loads(body["body"])) == {"error", "hint"}
    assert len(caplog.records) == 1


def test_what_is_cut_off_at_a_stop_is_answered_and_recorded(caplog: pytest.LogCaptureFixture):
    with caplog.at_level(logging.INFO, "tenfold.serving"):
        start, body = asked(never_ends, cancel=True)
    assert start["status"] == 503
    assert set(json.loads(body["body"])) == {"error", "hint"}
    assert [record.__dict__["facts"]["status"] for record in caplog.records] == [503]


@pytest.mark.parametrize("origin", [b"http://[", b"http://[::1", b"\xff", b"http://a:b:c", b""])
def test_an_origin_that_is_none_is_refused(origin: bytes):
    start, _ = asked(divides_by_zero, (b"host", b"localhost"), (b"origin", origin))
    assert start["status"] == 403


def test_every_answer_has_the_security_headers(server: Server):
    for path in ("/", "/settings", "/nothing", "/predict", "/metrics"):
        headers = server.get(path).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Access-Control-Allow-Origin"] is None
