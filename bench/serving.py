"""What `tenfold serve` bears on this machine, with the load generator beside it.

    python bench/serving.py [--seconds 60] [--workers 2] [--keras .venv-keras/bin/python]

Tiles as JSON and drawings of 280 x 280 over 64 connections; then twice the load that it bears, and
how it recovers; then, with --keras, the notebook's network behind FastAPI under the same load.
Prints a table and ends in a JSON line.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
from PIL import Image, ImageDraw

from load import load, post
from tenfold.digits import SIDE
from tenfold.environment import describe

CONNECTIONS = 64
OVERLOAD_CONNECTIONS = 600
WARM_SECONDS = 2.0
PEER = Path(__file__).parent / "peers" / "keras_server.py"


class Server:
    def __init__(self, process: subprocess.Popen[str], url: str) -> None:
        parts = urlsplit(url)
        assert parts.hostname is not None
        assert parts.port is not None
        self.process = process
        self.address = (parts.hostname, parts.port)

    def workers(self) -> list[int]:
        """Of several, the processes that answer. Linux only."""
        return [pid for pid in _children(self.process.pid) if b"spawn_main" in _command(pid)]

    def family(self) -> list[int]:
        """The process and all below it. Linux only."""
        pids = [self.process.pid]
        for pid in pids:
            pids += _children(pid)
        return pids

    def cpu_seconds(self) -> float:
        """Of processor time that the process and all below it have used. Linux only."""
        ticks = 0
        for one in self.family():
            fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])  # in user and in system mode
        return ticks / os.sysconf("SC_CLK_TCK")

    def memory_mb(self) -> float:
        """Resident, of the process and all below it; shared pages count once for each. Linux
        only."""
        total = 0.0
        for one in self.family():
            for line in Path(f"/proc/{one}/status").read_text().splitlines():
                if line.startswith("VmRSS:"):
                    total += int(line.split()[1]) / 1024
        return round(total, 1)


def _children(pid: int) -> list[int]:
    """Of all threads of a process; none where it has ended meanwhile."""
    found: list[int] = []
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            found += map(int, (task / "children").read_text().split())
    return found


def _command(pid: int) -> bytes:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""


@contextlib.contextmanager
def started(command: list[str]) -> Iterator[Server]:
    """A server that prints {"url": ...} when it answers."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield Server(process, json.loads(process.stdout.readline())["url"])
        finally:
            process.terminate()


def tile_requests(count: int = 64) -> list[bytes]:
    """One tile each: strokes on 0, as sparse as digits are."""
    random = np.random.default_rng(0)
    requests = []
    for _ in range(count):
        image = Image.new("L", (SIDE, SIDE))
        points = [tuple(random.integers(5, 23, 2).tolist()) for _ in range(4)]
        ImageDraw.Draw(image).line(points, fill=255, width=2)
        tile = np.asarray(image.resize((SIDE, SIDE), Image.Resampling.BILINEAR))
        content = json.dumps({"images": [tile.tolist()]}).encode()
        requests.append(post("/predict", content, "application/json"))
    return requests


def canvas_requests() -> list[bytes]:
    requests = []
    for digit in "0123456789":
        image = Image.new("L", (280, 280), 255)
        ImageDraw.Draw(image).text((90, 20), digit, fill=0, font_size=200)
        buffer = io.BytesIO()
        image.save(buffer, "PNG")
        requests.append(post("/predict", buffer.getvalue(), "image/png"))
    return requests


def overload(server: Server, rate: float, seconds: float) -> tuple[dict[str, Any], float]:
    """What becomes of twice `rate`, and how long after its end one request alone takes."""
    before = server.memory_mb()
    result = load(
        server.address,
        tile_requests(),
        connections=OVERLOAD_CONNECTIONS,
        seconds=seconds,
        rate=2 * rate,
    )
    began = time.perf_counter()
    alone = load(server.address, tile_requests(1), connections=1, seconds=0.2)
    recovered = alone.ok_ms[0] / 1e3 if alone.ok_ms else time.perf_counter() - began
    memory = {"memory_mb": [before, server.memory_mb()], "asked_per_second": round(2 * rate)}
    return result.summary() | memory, round(recovered, 3)


def measure(server: Server, seconds: float, requests: list[bytes]) -> dict[str, Any]:
    """With the processor time a request, which says what a machine bears that other work shares."""
    load(server.address, requests, connections=CONNECTIONS, seconds=WARM_SECONDS)
    server_began, load_began = server.cpu_seconds(), time.process_time()
    result = load(server.address, requests, connections=CONNECTIONS, seconds=seconds)
    server_used, load_used = server.cpu_seconds() - server_began, time.process_time() - load_began
    count = max(1, len(result.ok_ms))
    return result.summary() | {
        "server_cpu_ms": round(1e3 * server_used / count, 3),
        "load_cpu_ms": round(1e3 * load_used / count, 3),
        "cores_used": round((server_used + load_used) / seconds, 2),
    }


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--seconds", type=float, default=60)
    arguments.add_argument("--workers", type=int, default=2)
    arguments.add_argument("--model", default="ink")
    arguments.add_argument("--keras", help="the Python that has Keras, FastAPI and uvicorn")
    given = arguments.parse_args()
    command = [sys.executable, "-m", "tenfold", "serve", "--port", "0", "--json", "--quiet"]
    command += ["--workers", str(given.workers), "--model", given.model]
    results: dict[str, Any] = {}
    with started(command) as server:
        results["tiles"] = measure(server, given.seconds, tile_requests())
        results["tiles"]["memory_mb"] = server.memory_mb()
        print("tiles", results["tiles"], flush=True)
        results["canvas"] = measure(server, given.seconds, canvas_requests())
        print("canvas", results["canvas"], flush=True)
        rate = results["tiles"]["requests_per_second"]
        results["overload"], recovered = overload(server, rate, given.seconds)
        results["overload"]["recovered_seconds"] = recovered
        print("overload", results["overload"], flush=True)
    if given.keras:
        with started([given.keras, str(PEER)]) as peer:
            results["keras"] = measure(peer, given.seconds, tile_requests())
            print("keras", results["keras"], flush=True)
    print(json.dumps({"bench": "serving", **results, "environment": describe()}))


if __name__ == "__main__":
    main()
