"""Load for HTTP on loopback: keep-alive connections in one process, with no library between."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np


@dataclass
class Result:
    """The outcome of one load. `ok_ms` are the times of answers with status 200, `refused_ms` of
    503."""

    seconds: float = 0.0
    ok_ms: list[float] = field(default_factory=list)
    refused_ms: list[float] = field(default_factory=list)
    errors: int = 0

    def summary(self) -> dict[str, Any]:
        return {
            "requests_per_second": round(len(self.ok_ms) / self.seconds, 1),
            "answered": len(self.ok_ms),
            "refused": len(self.refused_ms),
            "errors": self.errors,
            "ms_p50": _percentile(self.ok_ms, 50),
            "ms_p99": _percentile(self.ok_ms, 99),
            "refused_ms_p99": _percentile(self.refused_ms, 99),
        }


def _percentile(values: Sequence[float], share: float) -> float | None:
    return round(float(np.percentile(values, share)), 2) if values else None


class _Line(asyncio.Protocol):
    """A connection that asks, waits for the whole answer, and asks again: at once, or every
    `period` seconds (and as soon as it can where an answer came too late for that)."""

    def __init__(
        self, requests: Sequence[bytes], first: int, end: float, period: float, result: Result
    ) -> None:
        self.closed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._requests, self._next = requests, first
        self._end, self._period, self._result = end, period, result
        self._received = b""
        self._transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._due = time.perf_counter() + self._period * (self._next % 97) / 97
        self._wait()

    def _wait(self) -> None:
        delay = self._due - time.perf_counter() if self._period else 0.0
        if delay > 0:
            asyncio.get_running_loop().call_later(delay, self._ask)
        else:
            self._ask()

    def _ask(self) -> None:
        self._began = time.perf_counter()
        if self._began > self._end or self._transport.is_closing():
            self._transport.close()
            return
        self._due = max(self._due + self._period, self._began)
        self._transport.write(self._requests[self._next % len(self._requests)])
        self._next += 1

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, edge, body = self._received.partition(b"\r\n\r\n")
        if not edge:
            return
        length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
        if len(body) < length:
            return
        self._received = b""
        status, took = head[9:12], 1e3 * (time.perf_counter() - self._began)
        if status == b"200":
            self._result.ok_ms.append(took)
        elif status == b"503":
            self._result.refused_ms.append(took)
        else:
            self._result.errors += 1
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        if time.perf_counter() < self._end:
            self._result.errors += 1
        if not self.closed.done():
            self.closed.set_result(None)


async def _run(
    address: tuple[str, int],
    requests: Sequence[bytes],
    connections: int,
    seconds: float,
    rate: float | None,
) -> Result:
    result = Result()
    started_at = time.perf_counter()
    period = connections / rate if rate else 0.0
    loop = asyncio.get_running_loop()
    lines = []
    for first in range(connections):
        _, line = await loop.create_connection(
            lambda first=first: _Line(requests, first, started_at + seconds, period, result),  # type: ignore[misc]
            *address,
        )
        lines.append(line)
    await asyncio.gather(*(line.closed for line in lines))
    result.seconds = seconds
    return result


def load(
    address: tuple[str, int],
    requests: Sequence[bytes],
    *,
    connections: int,
    seconds: float,
    rate: float | None = None,
) -> Result:
    """Send requests over `connections` for `seconds`. Each connection asks again as soon as it is
    answered. With `rate`, so many a second in all are asked whatever the answers, as far as
    connections are free."""
    with contextlib.suppress(ImportError):
        import uvloop

        return uvloop.run(_run(address, requests, connections, seconds, rate))
    return asyncio.run(_run(address, requests, connections, seconds, rate))


def post(path: str, content: bytes, kind: str) -> bytes:
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {kind}\r\n"
    return f"{head}Content-Length: {len(content)}\r\n\r\n".encode() + content
