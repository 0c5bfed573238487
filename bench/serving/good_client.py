"""A client that asks as others should be able to, whatever is done to the server meanwhile.

It runs in a process of its own, so that its times are not those of the attacker's interpreter.
"""

from __future__ import annotations

import contextlib
import http.client
import multiprocessing
import select
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from bench.serving.requests import canvas_requests, tile_requests

PERIOD_SECONDS = 0.05
TIMEOUT_SECONDS = 60.0
CUT_OFF, GIVEN_UP = 0, -1  # in place of a status

Address = tuple[str, int]


@dataclass
class Waits:
    """`statuses` and `longest_seconds` are by kind of request: "tile" and "drawing"."""

    statuses: dict[str, Counter[int]] = field(default_factory=dict)
    longest_seconds: dict[str, float] = field(default_factory=dict)

    def add(self, kind: str, status: int, seconds: float) -> None:
        self.statuses.setdefault(kind, Counter())[status] += 1
        self.longest_seconds[kind] = max(seconds, self.longest_seconds.get(kind, 0.0))

    @property
    def longest(self) -> float:
        return max(self.longest_seconds.values(), default=0.0)

    def all_statuses(self) -> Counter[int]:
        return sum(self.statuses.values(), Counter())

    def summary(self) -> dict[str, Any]:
        return {
            "good_wait_seconds": {kind: round(s, 3) for kind, s in self.longest_seconds.items()},
            "good_statuses": {kind: dict(sorted(s.items())) for kind, s in self.statuses.items()},
        }


class GoodClient:
    """Each request has a connection of its own, so that every worker is asked."""

    def __init__(self, address: Address) -> None:
        spawn = multiprocessing.get_context("spawn")
        self._line, theirs = spawn.Pipe()
        self._process = spawn.Process(target=_obey, args=(address, theirs), daemon=True)
        self._process.start()
        self._line.recv()  # it has made its requests

    @contextlib.contextmanager
    def asking(self) -> Iterator[Waits]:
        """Ask while the block runs. What is given is filled after it."""
        waits = Waits()
        self._line.send("ask")
        try:
            yield waits
        finally:
            self._line.send("stop")
            came: Waits = self._line.recv()
            waits.statuses, waits.longest_seconds = came.statuses, came.longest_seconds

    def close(self) -> None:
        self._line.close()  # the process ends with it
        self._process.join()


def _obey(address: Address, line: Any) -> None:
    """In the client's process."""
    requests = {"tile": tile_requests(8), "drawing": canvas_requests()}
    line.send("ready")
    with contextlib.suppress(EOFError, KeyboardInterrupt):
        while True:
            line.recv()
            waits, stop = Waits(), threading.Event()
            threads = [
                threading.Thread(target=_ask, args=(address, kind, sent, waits, stop))
                for kind, sent in requests.items()
            ]
            for thread in threads:
                thread.start()
            line.recv()
            stop.set()
            for thread in threads:
                thread.join()
            line.send(waits)


def _ask(
    address: Address, kind: str, requests: list[bytes], waits: Waits, stop: threading.Event
) -> None:
    number, due = 0, time.perf_counter()
    while not stop.wait(max(0.0, due - time.perf_counter())):
        started_at = time.perf_counter()
        status = ask(address, requests[number % len(requests)])
        waits.add(kind, status, time.perf_counter() - started_at)
        number, due = number + 1, max(due + PERIOD_SECONDS, started_at)


def ask(address: Address, request: bytes, *, half_close: bool = False) -> int:
    """Return the status of the answer to bytes sent as they are, read whole."""
    try:
        with socket.create_connection(address, timeout=TIMEOUT_SECONDS) as line:
            _send(line, request)
            if half_close:
                line.shutdown(socket.SHUT_WR)
            answer = http.client.HTTPResponse(line)
            answer.begin()
            answer.read()
            return answer.status
    except TimeoutError:
        return GIVEN_UP
    except (OSError, http.client.HTTPException):
        return CUT_OFF


def _send(line: socket.socket, request: bytes) -> None:
    """Until an answer comes, which may be before the end: what is sent after that may undo it."""
    left = memoryview(request)
    while left:
        answered, _, _ = select.select([line], [line], [], TIMEOUT_SECONDS)
        if answered:
            return
        left = left[line.send(left[:65536]) :]
