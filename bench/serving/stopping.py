"""SIGTERM while a server has much to do: how long it takes, who is answered, what stays behind."""

from __future__ import annotations

import contextlib
import http.client
import itertools
import json
import signal
import socket
import subprocess
import threading
import time
from typing import Any, NamedTuple

from bench.serving.attacks import UNREAD, open_lines, push
from bench.serving.from_tests import hostile_pictures
from bench.serving.good_client import CUT_OFF, Address
from bench.serving.load import post
from bench.serving.outcome import Outcome
from bench.serving.overload import photo
from bench.serving.requests import canvas_requests, tile_requests
from bench.serving.server import Server, left_behind

WORK_SECONDS = 2.0  # before the signal
TAKEN_SECONDS = 0.3  # what was sent so long before the signal has been taken on
MARGIN_SECONDS = 1.0
RIGHT = {200, 503}


class _Answer(NamedTuple):
    kind: str
    asked_at: float
    status: int
    is_json: bool


def stopped_under_work(server: Server, stop_seconds: float) -> tuple[Outcome, float]:
    """Return also the seconds from the signal to the end of the process."""
    requests = {
        "endless picture": [post("/predict", hostile_pictures.jpeg_of_scans(), "image/jpeg")],
        "photo": [post("/predict", photo(1600, 1200, 0), "image/jpeg")],
        "tile": tile_requests(8),
        "drawing": canvas_requests(),
    }
    answers: list[_Answer] = []
    gone = threading.Event()
    clients = [
        threading.Thread(target=_ask_on, args=(server.address, kind, sent, answers, gone))
        for kind, sent in requests.items()
        for _ in range(4)
    ]
    family = server.family()
    with open_lines(server.address, 100) as lines:
        push(lines[:50], UNREAD * 1400, time.monotonic() + 1)  # who does not read
        _begin(lines[50:], requests["photo"][0][:5000])  # who does not send
        for client in clients:
            client.start()
        time.sleep(WORK_SECONDS)
        family = sorted({*family, *server.family()})
        signalled = time.perf_counter()
        server.process.send_signal(signal.SIGTERM)
        outcome = Outcome()
        try:
            server.process.wait(stop_seconds + 30)
        except subprocess.TimeoutExpired:
            outcome.faults.append("it did not end")
        seconds = time.perf_counter() - signalled
    gone.set()
    for client in clients:
        client.join()
    for answer in answers:
        if answer.asked_at < signalled - TAKEN_SECONDS:
            outcome.add(f"{answer.kind} under way", answer.status, RIGHT)
            if answer.status != CUT_OFF and not answer.is_json:
                outcome.faults.append(f"{answer.kind}: {answer.status} is no JSON")
    if seconds > stop_seconds + MARGIN_SECONDS:
        outcome.faults.append(f"the stop took {seconds:.1f} s")
    if server.process.returncode:
        outcome.faults.append(f"exit code {server.process.returncode}")
    time.sleep(MARGIN_SECONDS)
    if stay := left_behind(family):
        outcome.faults.append(f"left behind: {stay}")
    return outcome, seconds


def _begin(lines: list[socket.socket], content: bytes) -> None:
    for line in lines:
        with contextlib.suppress(OSError):
            line.send(content)


def _ask_on(
    address: Address,
    kind: str,
    requests: list[bytes],
    answers: list[_Answer],
    gone: threading.Event,
) -> None:
    for request in itertools.cycle(requests):
        started_at = time.perf_counter()
        status, is_json = _answer(address, request)
        answers.append(_Answer(kind, started_at, status, is_json))
        if gone.is_set() or status == CUT_OFF:
            return


def _answer(address: Address, request: bytes) -> tuple[int, bool]:
    try:
        with socket.create_connection(address, timeout=60) as line:
            line.sendall(request)
            answer = http.client.HTTPResponse(line)
            answer.begin()
            content: Any = json.loads(answer.read())
            return answer.status, isinstance(content, dict)
    except (OSError, http.client.HTTPException):
        return CUT_OFF, False
    except ValueError:
        return answer.status, False
