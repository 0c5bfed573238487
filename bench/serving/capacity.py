"""What `tenfold serve` bears on this machine, with the load generator beside it.

    python -m bench.serving.capacity [--seconds 60] [--workers 2] [--keras .venv-keras/bin/python]

Tiles as JSON and drawings of 280 x 280 over 64 connections; then twice the load that it bears, and
how it recovers; then, with --keras, the notebook's network behind FastAPI under the same load.
Prints a table and ends in a JSON line.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

from bench.serving.load import load
from bench.serving.requests import canvas_requests, tile_requests
from bench.serving.server import Server, started
from tenfold.environment import describe

CONNECTIONS = 64
OVERLOAD_CONNECTIONS = 600
WARM_SECONDS = 2.0
PEER = Path(__file__).parents[1] / "peers" / "keras_server.py"


def overload(server: Server, rate: float, seconds: float) -> tuple[dict[str, Any], float]:
    """Ask for twice `rate`; return what was answered, and how long one request takes after that."""
    before = server.memory_mb()
    result = load(
        server.address,
        tile_requests(),
        connections=OVERLOAD_CONNECTIONS,
        seconds=seconds,
        rate=2 * rate,
    )
    started_at = time.perf_counter()
    alone = load(server.address, tile_requests(1), connections=1, seconds=0.2)
    recovered = alone.ok_ms[0] / 1e3 if alone.ok_ms else time.perf_counter() - started_at
    memory = {"memory_mb": [before, server.memory_mb()], "asked_per_second": round(2 * rate)}
    return result.summary() | memory, round(recovered, 3)


def measure(server: Server, seconds: float, requests: list[bytes]) -> dict[str, Any]:
    """Measure answers a second, and the processor time of a request, which holds on a busy
    machine."""
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
    arguments.add_argument("--model", default="pictures")
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
