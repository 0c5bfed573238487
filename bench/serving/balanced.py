"""Several servers behind haproxy, with the configuration of deploy/: one is killed under load, one
changes its model, one is stopped and started again.

    python -m bench.serving.balanced [--servers 3] [--clients 8] [--seconds 40]

Clients send tiles and drawings over connections that stay open, and ask again at once. Prints what
became of their requests, and ends in a JSON line. Linux with haproxy.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import itertools
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from bench.serving.requests import canvas_requests, tile_requests
from bench.serving.server import Server, started
from tenfold.classifier.classifier import WEIGHTS
from tenfold.environment import describe

CONFIGURATION = Path(__file__).parents[2] / "deploy" / "haproxy.cfg"
MODELS = ("mnist", "pictures")  # before and after the change
TIMEOUT_SECONDS = 60.0


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def configuration(port: int, servers: list[int]) -> str:
    """The configuration of deploy/, with these ports in place of containers."""
    text = CONFIGURATION.read_text()
    lines = [f"    server s{i} 127.0.0.1:{each}" for i, each in enumerate(servers)]
    for pattern, here in (
        (r"^ +server-template .*$", "\n".join(lines)),
        (r"bind :8080$", f"bind 127.0.0.1:{port}"),
        (r"^resolvers containers\n( .*\n)+", ""),
    ):
        text, count = re.subn(pattern, here, text, flags=re.MULTILINE)
        assert count == 1, pattern
    return text


@contextlib.contextmanager
def balancer(folder: Path, servers: list[int]) -> Iterator[int]:
    """haproxy before the servers at these ports; gives its own port."""
    port = free_port()
    file = folder / "haproxy.cfg"
    file.write_text(configuration(port, servers))
    with (
        (folder / "haproxy.log").open("w") as log,
        subprocess.Popen(["haproxy", "-f", file], stdout=log, stderr=log) as process,
    ):
        try:
            yield port
        finally:
            process.terminate()


class Cluster:
    """Servers at fixed ports, each with a link of its own that names its model."""

    def __init__(self, folder: Path, count: int, stack: contextlib.ExitStack) -> None:
        self._folder = folder
        self._stack = stack
        self.ports = [free_port() for _ in range(count)]
        for number in range(count):
            self._link(number, MODELS[0])
        self.servers = [self._start(number) for number in range(count)]

    def _link(self, number: int, model: str) -> None:
        aside = self._folder / f"next{number}"
        aside.symlink_to(WEIGHTS / model, target_is_directory=True)
        os.replace(aside, self._folder / f"model{number}")

    def _start(self, number: int) -> Server:
        command = [sys.executable, "-m", "tenfold", "serve", "--json", "--quiet"]
        command += ["--allow-host", "tenfold"]  # as the checks of haproxy.cfg call it
        command += ["--port", str(self.ports[number])]
        command += ["--model", str(self._folder / f"model{number}")]
        return self._stack.enter_context(started(command))

    def kill(self, number: int) -> None:
        self.servers[number].process.kill()

    def change_model(self, number: int) -> None:
        self._link(number, MODELS[1])
        self.servers[number].process.send_signal(signal.SIGHUP)

    def restart(self, number: int) -> None:
        self.servers[number].process.terminate()
        assert self.servers[number].process.wait(TIMEOUT_SECONDS) == 0
        self.servers[number] = self._start(number)


class Load:
    """Clients that ask without a pause: what became of each request, in how many milliseconds, and
    by which model."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.outcomes: Counter[str] = Counter()
        self.milliseconds: list[float] = []
        self.models: Counter[str] = Counter()
        self.stop = False

    async def client(self, requests: Iterator[bytes]) -> None:
        line: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        while not self.stop:
            began = time.perf_counter()
            try:
                line = line or await asyncio.open_connection("127.0.0.1", self._port)
                async with asyncio.timeout(TIMEOUT_SECONDS):
                    status, keeps = await self._ask(line, next(requests))
            except (OSError, asyncio.IncompleteReadError, TimeoutError):
                status, keeps = "cut off", False
                await asyncio.sleep(0.05)
            self.outcomes[status] += 1
            self.milliseconds.append(1e3 * (time.perf_counter() - began))
            if not keeps and line is not None:
                line[1].close()
                line = None
        if line is not None:
            line[1].close()

    async def _ask(
        self, line: tuple[asyncio.StreamReader, asyncio.StreamWriter], request: bytes
    ) -> tuple[str, bool]:
        reader, writer = line
        writer.write(request)
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        fields = dict(row.split(": ", 1) for row in head.splitlines()[1:] if row)
        await reader.readexactly(int(fields["content-length"]))
        self.models[fields.get("tenfold-model", "none")] += 1
        return head.split()[1], fields.get("connection") != "close"


async def under_load(
    port: int, clients: int, seconds: float, events: list[Callable[[], None]]
) -> Load:
    """Load for so many seconds, with the events at equal distances between."""
    load = Load(port)
    requests = [itertools.cycle(tile_requests()), itertools.cycle(canvas_requests())]
    asking = [asyncio.create_task(load.client(requests[i % 2])) for i in range(clients)]
    for event in events:
        await asyncio.sleep(seconds / (len(events) + 1))
        await asyncio.to_thread(event)
    await asyncio.sleep(seconds / (len(events) + 1))
    load.stop = True
    await asyncio.gather(*asking)
    return load


def measure(servers: int, clients: int, seconds: float) -> dict[str, Any]:
    """What became of the requests while servers were killed, changed and started again."""
    assert servers >= 3, "one to be killed, one to be changed, one to be restarted"
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        cluster = Cluster(folder, servers, stack)
        port = stack.enter_context(balancer(folder, cluster.ports))
        events: list[Callable[[], None]] = [
            lambda: cluster.kill(0),
            lambda: cluster.change_model(1),
            lambda: cluster.restart(2),
        ]
        time.sleep(2.0)  # until the balancer has found all of them ready
        load = asyncio.run(under_load(port, clients, seconds, events))
        return {
            "outcomes": dict(load.outcomes),
            "answers_by_model": dict(load.models),
            **{
                f"ms_p{p}": round(float(np.percentile(load.milliseconds, p)), 1)
                for p in (50, 99, 100)
            },
        }


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--servers", type=int, default=3)
    arguments.add_argument("--clients", type=int, default=8)
    arguments.add_argument("--seconds", type=float, default=40)
    given = arguments.parse_args()
    figures = measure(given.servers, given.clients, given.seconds)
    for name, value in figures.items():
        print(f"{name:18} {value}")
    print(json.dumps({"bench": "balanced", **vars(given), **figures, "environment": describe()}))


if __name__ == "__main__":
    main()
