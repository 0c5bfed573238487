"""Does `tenfold serve` grow, and is every good request answered? Tiles and drawings at a moderate
rate with hostile requests between them, for as long as one likes, and the memory of its processes
every ten seconds.

    python bench/soak.py [--minutes 60] [--rate 200] [--hostile 10] [--workers 2]

Prints a line a minute and ends in a JSON line: `growth` is the median of the last minute against
that of the first. Ends in exit code 1 if that is over 5 %, if a good request was cut off or got
another answer than 200 or 503, if a hostile one got a status that is not right, or if a worker
fell.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import statistics
import sys
import time
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

if not __package__:  # run by its path: the package `bench` is beside it
    sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.serving.from_tests import hostile
from bench.serving.hostile_requests import made, send_all
from bench.serving.load import load
from bench.serving.outcome import Outcome
from bench.serving.requests import canvas_requests, tile_requests
from bench.serving.server import Server, started
from tenfold.environment import describe

ROUND_SECONDS = 10.0
ROUNDS_A_MINUTE = 6
CONNECTIONS = 16
HOSTILE_AT_ONCE = 16
SPREAD = 0.8  # of a round, over which the hostile requests of a round are started
GROWTH_MAX = 0.05


def hostile_round(server: Server, count: int, seed: int) -> Outcome:
    """So many requests, spread over most of a round."""
    found: dict[str, Counter[int]] = defaultdict(Counter)
    requests = made(count, random.Random(seed))
    period = SPREAD * ROUND_SECONDS / max(count, 1)
    faults = asyncio.run(
        send_all(server.address, requests, found, at_once=HOSTILE_AT_ONCE, period=period)
    )
    return Outcome(count, sum(found.values(), Counter()), faults)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--minutes", type=float, default=60)
    arguments.add_argument("--rate", type=float, default=200, help="requests a second")
    arguments.add_argument("--hostile", type=float, default=10, help="hostile requests a second")
    arguments.add_argument("--workers", type=int, default=2)
    given = arguments.parse_args()
    command = [sys.executable, "-m", "tenfold", "serve", "--port", "0", "--json", "--quiet"]
    command += [*hostile.LIMITS, "--workers", str(given.workers)]
    good = tile_requests(60) + canvas_requests()
    share = int(given.hostile * ROUND_SECONDS)
    memory_mb: list[float] = []
    answered = refused = lost = 0
    hostile_statuses: Counter[int] = Counter()
    faults: list[str] = []
    with started(command) as server, ThreadPoolExecutor(1) as beside:
        load(server.address, good, connections=64, seconds=ROUND_SECONDS)  # every path once, full
        hostile_round(server, share, 0)
        workers = server.workers()
        started_at = time.perf_counter()
        while time.perf_counter() - started_at < 60 * given.minutes:
            attack = beside.submit(hostile_round, server, share, len(memory_mb))
            result = load(
                server.address,
                good,
                connections=CONNECTIONS,
                seconds=ROUND_SECONDS,
                rate=given.rate,
            )
            outcome = attack.result()
            answered += len(result.ok_ms)
            refused += len(result.refused_ms)
            lost += result.errors
            hostile_statuses += outcome.statuses
            faults += outcome.faults
            memory_mb.append(server.memory_mb())
            if len(memory_mb) % ROUNDS_A_MINUTE == 0:
                print(f"{len(memory_mb) // ROUNDS_A_MINUTE} min: {memory_mb[-1]} MB", flush=True)
        if server.workers() != workers:
            faults.append("a worker fell")
    first = statistics.median(memory_mb[:ROUNDS_A_MINUTE])
    last = statistics.median(memory_mb[-ROUNDS_A_MINUTE:])
    growth = round(last / first - 1, 4)
    if growth > GROWTH_MAX:
        faults.append(f"memory grew by {growth:.1%}")
    if lost:
        faults.append(f"{lost} good requests were cut off or got another answer than 200 or 503")
    facts = {
        "minutes": given.minutes,
        "answered": answered,
        "refused": refused,
        "lost": lost,
        "hostile_statuses": dict(sorted(hostile_statuses.items())),
        "first_minute_mb": first,
        "last_minute_mb": last,
        "highest_mb": max(memory_mb),
        "growth": growth,
        "faults": faults[:20],
    }
    print("\n".join(faults[:20]))
    print(json.dumps({"bench": "soak", **facts, "environment": describe()}))
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
