"""Hostile requests and attacks on `tenfold serve`: what it answers, who waits, whether it holds.

    python bench/hostile.py [--requests 20000] [--workers 2] [--seed 0] [--only NAME ...]

First `--requests` requests to a server of small limits: the cases of `tests/hostile.py` as they are
and changed, wrong lengths, broken and slow heads, senders who stop, leave or half-close; a
twentieth is made up by schemathesis from the server's own description, at some ten a second. Then
attacks on a server of the usual limits, one after another: answers that nobody reads, chunked
bodies that are all frame, more connections than there may be, costly pictures, a stopped worker, a
stop under work. Meanwhile a good client asks for a tile and for a drawing every 50 ms.

Prints a table and ends in a JSON line, and in exit code 1 if there was a fault: a status that is
not right, a 5xx other than 503, a good client that waited over 2 s, got another answer than 200 or
503 or was cut off, memory over its rest by more than a fifth, a worker that fell, a line of the log
that is no JSON, an error or a traceback in it, a stop over its time, a process left behind. The
good client's waits and lost answers while a worker is stopped are reported and not limited: until
the supervisor notices, connections that the system has given to that worker wait.
"""

from __future__ import annotations

import argparse
import asyncio
import functools
import json
import os
import random
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

if not __package__:  # run by its path: the package `bench` is beside it
    sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.serving import attacks
from bench.serving.chunked_bodies import framing
from bench.serving.costly_pictures import costly_contents
from bench.serving.from_tests import hostile, served
from bench.serving.good_client import GoodClient, Waits
from bench.serving.hostile_requests import made, send_all
from bench.serving.log import log_faults
from bench.serving.outcome import Outcome
from bench.serving.server import Server
from bench.serving.stopping import stopped_under_work
from bench.serving.warming import warm
from tenfold.environment import describe

fuzzing: Any = import_module("fuzzing")

STALL_SECONDS = 2.0
GROWTH_MAX = 0.2
REST_SECONDS = 5.0  # before memory is looked at
STOP_SECONDS = 5.0
STOPPED_WORKER = "stopped worker"
DESCRIBED = 20  # one of so many requests is made up from the description

Attack = Callable[[Server], Outcome]


def by_hand(count: int, seed: int, server: Server) -> Outcome:
    found: dict[str, Counter[int]] = defaultdict(Counter)
    requests = made(count, random.Random(seed))
    faults = asyncio.run(send_all(server.address, requests, found))
    for kind, statuses in sorted(found.items()):
        print(f"  {kind:24} {dict(sorted(statuses.items()))}", flush=True)
    return Outcome(count, sum(found.values(), Counter()), faults)


def from_the_description(count: int, seed: int, server: Server) -> Outcome:
    host, port = server.address
    outcome = Outcome()
    while outcome.sent < count:
        result = fuzzing.fuzz(f"http://{host}:{port}/openapi.json", examples=60, first_seed=seed)
        outcome.statuses += result.statuses
        outcome.sent = outcome.statuses.total()
        outcome.faults += result.failures
        seed += 1
    return outcome


def measure(name: str, attack: Attack, server: Server, good: GoodClient) -> dict[str, Any]:
    """Attack while a good client asks; return what came of it, `faults` among it."""
    workers = server.workers()
    started_at = time.perf_counter()
    with server.peak_mb() as peak, good.asking() as waits:
        outcome = attack(server)
    faults = [f"{name}: {fault}" for fault in outcome.faults]
    if name != STOPPED_WORKER:
        faults += [f"{name}: {fault}" for fault in good_faults(waits)]
        if server.workers() != workers:
            faults.append(f"{name}: a worker fell")
    result = {
        "requests": outcome.sent,
        "seconds": round(time.perf_counter() - started_at, 1),
        "statuses": dict(sorted(outcome.statuses.items())),
        **waits.summary(),
        "peak_mb": peak[0],
        "faults": faults,
    }
    print(f"{name:20}", {k: v for k, v in result.items() if k != "faults"}, flush=True)
    for fault in faults[:20]:
        print(f"  FAULT {fault}", flush=True)
    return result


def good_faults(waits: Waits) -> list[str]:
    faults = [
        f"a good {kind} waited {seconds:.2f} s"
        for kind, seconds in waits.longest_seconds.items()
        if seconds > STALL_SECONDS
    ]
    for kind, statuses in waits.statuses.items():
        wrong = {status: n for status, n in statuses.items() if status not in (200, 503)}
        if wrong:
            faults.append(f"a good {kind} got {wrong}")
    return faults


def memory_at_rest(server: Server) -> float:
    """After good requests of all kinds, and a pause."""
    warm(server.address)
    time.sleep(REST_SECONDS)
    return server.memory_mb()


def run(
    folder: Path, options: tuple[str, ...], planned: dict[str, Attack], *, stop: bool
) -> dict[str, Any]:
    """Carry out attacks on one server, then stop it."""
    results: dict[str, Any] = {}
    with served.serving(folder, *options, "--keep", str(folder / "kept")) as process:
        server = Server(process.process, process.url)
        good = GoodClient(server.address)
        rest = memory_at_rest(server)
        for name, attack in planned.items():
            results[name] = measure(name, attack, server, good)
        after = memory_at_rest(server)
        good.close()
        faults: list[str] = []
        if after > (1 + GROWTH_MAX) * rest:
            faults.append(f"memory: {rest} MB at rest, {after} MB after")
        facts: dict[str, Any] = {"memory_mb": [rest, after]}
        if stop:
            outcome, seconds = stopped_under_work(server, STOP_SECONDS)
            facts["stop"] = {
                "seconds": round(seconds, 2),
                "statuses": dict(sorted(outcome.statuses.items())),
            }
            faults += [f"stop: {fault}" for fault in outcome.faults]
        else:
            process.stop()
    facts["log"], wrong = log_faults(process.log)
    print(facts, flush=True)
    for fault in faults + wrong:
        print(f"  FAULT {fault}", flush=True)
    return {"attacks": results, **facts, "faults": faults + wrong}


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--requests", type=int, default=20_000)
    arguments.add_argument("--workers", type=int, default=2)
    arguments.add_argument("--seed", type=int, default=0)
    arguments.add_argument("--only", nargs="*", metavar="NAME", help="of attacks; first letters")
    given = arguments.parse_args()
    contents = {name: make() for name, make in costly_contents().items()}
    by_description = given.requests // DESCRIBED
    requests: dict[str, Attack] = {
        "by hand": functools.partial(by_hand, given.requests - by_description, given.seed),
        "description": functools.partial(from_the_description, by_description, given.seed),
    }
    others: dict[str, Attack] = {
        "nothing": attacks.nothing,
        "unread answers": attacks.unread_pipelines,
        "framing": framing,
        "connections": attacks.many_connections,
        "half-closed": attacks.half_closes,
        "costly pictures": functools.partial(attacks.costly_pictures, contents),
        STOPPED_WORKER: attacks.stopped_worker,
    }
    if given.only is not None:
        chosen = tuple(given.only)
        requests = {name: attack for name, attack in requests.items() if name.startswith(chosen)}
        others = {name: attack for name, attack in others.items() if name.startswith(chosen)}
    workers = ("--workers", str(given.workers))
    stop = ("--stop-seconds", str(STOP_SECONDS))
    results: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        if requests:
            small = (*hostile.LIMITS, *workers)
            results["small limits"] = run(Path(folder, "1"), small, requests, stop=False)
        results["usual limits"] = run(Path(folder, "2"), (*workers, *stop), others, stop=True)
    faults = [fault for result in results.values() for fault in result["faults"]]
    for result in results.values():
        for attack in result["attacks"].values():
            faults += attack.pop("faults")
    print(f"{len(faults)} faults")
    facts = {"servers": results, "faults": faults[:100], "load_average": os.getloadavg()[1]}
    print(json.dumps({"bench": "hostile", **facts, "environment": describe()}))
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
