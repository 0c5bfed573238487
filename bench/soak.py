"""Does `tenfold serve` grow? Tiles, drawings and broken requests at a moderate rate, for as long as
one likes, and the memory of its processes every ten seconds.

    python bench/soak.py [--minutes 60] [--rate 200] [--workers 2]

Prints a line a minute and ends in a JSON line: `growth` is the median of the last minute against
that of the first.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from pathlib import Path

if not __package__:  # run by its path: the package `bench` is beside it
    sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.serving.load import load, post
from bench.serving.requests import canvas_requests, tile_requests
from bench.serving.server import started
from tenfold.environment import describe

ROUND_SECONDS = 10.0
ROUNDS_A_MINUTE = 6
CONNECTIONS = 16


def broken_requests() -> list[bytes]:
    return [
        post("/predict", b'{"images": [[[256]]]}', "application/json"),
        post("/predict", b"no picture", "image/png"),
        post("/predict", canvas_requests()[0].partition(b"\r\n\r\n")[2][:900], "image/png"),
        post("/nowhere", b"", "application/json"),
    ]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--minutes", type=float, default=60)
    arguments.add_argument("--rate", type=float, default=200, help="requests a second")
    arguments.add_argument("--workers", type=int, default=2)
    given = arguments.parse_args()
    command = [sys.executable, "-m", "tenfold", "serve", "--port", "0", "--json", "--quiet"]
    mixed = tile_requests(60) + canvas_requests() + broken_requests()
    memory_mb: list[float] = []
    answered = refused = 0
    with started([*command, "--workers", str(given.workers)]) as server:
        load(server.address, mixed, connections=64, seconds=ROUND_SECONDS)  # every path once, full
        began = time.perf_counter()
        while time.perf_counter() - began < 60 * given.minutes:
            result = load(
                server.address,
                mixed,
                connections=CONNECTIONS,
                seconds=ROUND_SECONDS,
                rate=given.rate,
            )
            answered += len(result.ok_ms)
            refused += result.errors  # the broken ones
            memory_mb.append(server.memory_mb())
            if len(memory_mb) % ROUNDS_A_MINUTE == 0:
                print(f"{len(memory_mb) // ROUNDS_A_MINUTE} min: {memory_mb[-1]} MB", flush=True)
        workers = len(server.workers())
    first = statistics.median(memory_mb[:ROUNDS_A_MINUTE])
    last = statistics.median(memory_mb[-ROUNDS_A_MINUTE:])
    print(
        json.dumps(
            {
                "bench": "soak",
                "minutes": given.minutes,
                "answered": answered,
                "broken_refused": refused,
                "first_minute_mb": first,
                "last_minute_mb": last,
                "highest_mb": max(memory_mb),
                "growth": round(last / first - 1, 4),
                "workers_at_the_end": workers,
                "environment": describe(),
            }
        )
    )


if __name__ == "__main__":
    main()
