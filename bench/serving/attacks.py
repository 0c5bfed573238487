"""Attacks on the connections, pictures and processes of a server with its usual limits.

What a good client meets meanwhile is measured by whoever calls.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import random
import resource
import selectors
import signal
import socket
import time
from collections.abc import Iterator

from bench.serving.costly_pictures import RIGHT
from bench.serving.good_client import Address, ask
from bench.serving.load import post
from bench.serving.outcome import Outcome, at_once
from bench.serving.requests import canvas_requests, tile_requests
from bench.serving.server import Server

UNREAD = b"GET /docs HTTP/1.1\r\nHost: localhost\r\n\r\n"
REPLACED_SECONDS = 40.0  # until a stopped worker must have been killed and replaced


def nothing(_: Server) -> Outcome:
    """What a good client meets without an attack: the machine's part of its waits."""
    time.sleep(8)
    return Outcome()


def unread_pipelines(server: Server, connections: int = 1000, seconds: float = 5.0) -> Outcome:
    """Ask for /docs 1,400 times on each, read nothing, wait, and go; three times."""
    outcome = Outcome()
    for _ in range(3):
        with open_lines(server.address, connections) as lines:
            sent = push(lines, UNREAD * 1400, time.monotonic() + seconds)
        outcome.sent += sent // len(UNREAD)
    return outcome


def many_connections(server: Server, connections: int = 2500, seconds: float = 8.0) -> Outcome:
    """Open more than the server takes, and send nothing."""
    with open_lines(server.address, connections):
        time.sleep(seconds)
    return Outcome(sent=connections)


@contextlib.contextmanager
def open_lines(address: Address, count: int) -> Iterator[list[socket.socket]]:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, count + 500)), hard))
    with contextlib.ExitStack() as stack:
        lines = []
        for _ in range(count):
            lines.append(stack.enter_context(socket.socket()))
            lines[-1].setblocking(False)
            lines[-1].connect_ex(address)
        yield lines


def push(lines: list[socket.socket], content: bytes, until: float) -> int:
    """Send `content` to each, as far as it is taken; return the bytes, at the time `until`."""
    left = dict.fromkeys(lines, memoryview(content))
    with selectors.DefaultSelector() as ready:
        for line in lines:
            ready.register(line, selectors.EVENT_WRITE)
        while time.monotonic() < until and ready.get_map():
            for key, _ in ready.select(0.1):
                line = key.fileobj  # type: ignore[assignment]
                try:
                    left[line] = left[line][line.send(left[line]) :]
                except BlockingIOError:
                    continue
                except OSError:  # it was cut: that is what it gets
                    ready.unregister(line)
                    continue
                if not left[line]:
                    ready.unregister(line)
    time.sleep(max(0.0, until - time.monotonic()))
    return sum(len(content) - len(rest) for rest in left.values())


def half_closes(server: Server, times: int = 200) -> Outcome:
    """Good requests whose sender ends its own side at once: all are answered."""
    outcome = Outcome()
    requests = itertools.cycle(tile_requests(8) + canvas_requests())

    def attack(request: bytes) -> None:
        outcome.add("half-closed", ask(server.address, request, half_close=True), {200})

    at_once(attack, itertools.islice(requests, times))
    return outcome


def costly_pictures(
    contents: dict[str, bytes], server: Server, threads: int = 4, times: int = 2
) -> Outcome:
    """Send all of them, in an order by chance, a few at the same time."""
    outcome = Outcome()
    names = sorted(contents) * times
    random.Random(0).shuffle(names)

    def attack(name: str) -> None:
        request = post("/predict", contents[name], "application/octet-stream")
        request = request.replace(b"Host:", b"Connection: close\r\nHost:", 1)
        outcome.add(name, ask(server.address, request), RIGHT)

    at_once(attack, names, threads)
    return outcome


def stopped_worker(server: Server) -> Outcome:
    """SIGSTOP for a worker: it is to be killed and replaced, and all is as before."""
    workers = server.workers()
    os.kill(workers[0], signal.SIGSTOP)
    outcome = Outcome(sent=1)
    deadline = time.monotonic() + REPLACED_SECONDS
    while time.monotonic() < deadline:
        now = server.workers()
        if len(now) == len(workers) and workers[0] not in now:
            time.sleep(4)  # until it answers
            return outcome
        time.sleep(0.2)
    os.kill(workers[0], signal.SIGCONT)
    outcome.faults.append("a stopped worker was not replaced")
    return outcome
