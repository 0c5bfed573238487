"""Ten thousand hostile requests to `tenfold serve`: what it answers, and whether it holds.

    python bench/hostile.py [--requests 10000] [--workers 2] [--seed 0]

A third are made up by schemathesis from the server's own description; the others are the cases of
`tests/hostile.py` as they are and mutated, wrong lengths, broken and slow heads, senders who stop
or leave. Ends in a JSON line, and in exit code 1 if there was a fault: a 5xx that is no refusal, no
answer where one is due, another status than a case's, a fallen worker, an error in the log.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

if not __package__:  # run by its path: the package `bench` is beside it
    sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.serving.load import load, post
from bench.serving.requests import canvas_requests, tile_requests
from bench.serving.server import Server
from tenfold.environment import describe

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
hostile: Any = import_module("hostile")
fuzzing: Any = import_module("fuzzing")
served: Any = import_module("served")

AT_ONCE = 32
SECONDS = 60.0
LEFT = 0  # the sender leaves before an answer
ANY = frozenset({200, 400, 408, 413, 415, 422, 431, 503})


class Sent(NamedTuple):
    kind: str
    parts: tuple[bytes, ...]  # with a pause between two
    right: frozenset[int]
    leaves: bool = False


def made(count: int, chance: random.Random) -> Iterator[Sent]:
    """Requests by hand: half of them the listed cases, the rest derived from these."""
    heads = (b"GET / HTTP/1.1\r\nHost: local", b"nonsense\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00")
    for number in range(count):
        path, kind, body, status = hostile.CASES[number % len(hostile.CASES)]
        whole = post(path, body, kind)
        match number % 20:
            case 0:
                length = chance.choice([b"-1", b"99999999999", b"1e9", b"0x10", b"7, 8"])
                yield Sent("wrong length", (_with_length(whole, length),), ANY)
            case 1:
                cut = len(whole) - 1 - chance.randrange(min(len(body) + 1, 200))
                yield Sent("cut off, then silence", (whole[:cut],), ANY)
            case 2:
                yield Sent("cut off, then gone", (whole[: len(whole) // 2],), ANY, leaves=True)
            case 3:
                steps = range(0, min(len(whole), 40), 8)
                yield Sent("slow", tuple(whole[at : at + 8] for at in steps), ANY)
            case 4:
                yield Sent("broken head", (chance.choice(heads),), ANY)
            case 5:
                yield Sent("large head", (whole[:20] + b"x" * 20_000,), frozenset({400, 414, 431}))
            case 6 | 7 | 8 | 9 | 10:
                yield Sent("mutated", (post(path, _mutated(body, chance), kind),), ANY)
            case _:
                yield Sent("listed", (whole,), frozenset({status}))


def _with_length(whole: bytes, length: bytes) -> bytes:
    head, _, rest = whole.partition(b"Content-Length: ")
    return head + b"Content-Length: " + length + b"\r\n" + rest.partition(b"\r\n")[2]


def _mutated(body: bytes, chance: random.Random) -> bytes:
    changed = bytearray(body or b"{}")
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(len(changed))
        match chance.randrange(3):
            case 0:
                changed[at] = chance.randrange(256)
            case 1:
                del changed[at : at + chance.randint(1, 20)]
                changed += b"0"
            case _:
                changed[at:at] = changed[at : at + 50] * chance.randint(1, 4)
    return bytes(changed)


async def send_all(
    address: tuple[str, int], requests: Iterator[Sent], found: dict[str, Counter[int]]
) -> list[str]:
    """What went wrong, as lines."""
    faults: list[str] = []

    async def work() -> None:
        for sent in requests:
            status = await _status(address, sent)
            found[sent.kind][status] += 1
            if status != LEFT and status not in sent.right:
                faults.append(f"{sent.kind}: {status} to {sent.parts[0][:300]!r}")

    await asyncio.gather(*(work() for _ in range(AT_ONCE)))
    return faults


async def _status(address: tuple[str, int], sent: Sent) -> int:
    """Of the first answer; -1 where the line was cut without one, LEFT where nobody waited."""
    reader, writer = await asyncio.open_connection(*address)
    try:
        for part in sent.parts:
            writer.write(part)
            await asyncio.sleep(0.01 if len(sent.parts) > 1 else 0)
        if sent.leaves:
            return LEFT
        line = await asyncio.wait_for(reader.readline(), SECONDS)
        return int(line.split()[1]) if line else -1
    except (ConnectionError, BrokenPipeError):
        return -1
    finally:
        writer.close()


def warm(server: Server, times: int = 2) -> float:
    """Good requests; and the memory after them."""
    for _ in range(times):
        load(server.address, tile_requests() + canvas_requests(), connections=16, seconds=2)
    return server.memory_mb()


def run(server: Any, count: int, seed: int) -> tuple[dict[str, Any], list[str]]:
    measured = Server(server.process, server.url)
    found: dict[str, Counter[int]] = defaultdict(Counter)
    chance = random.Random(seed)
    workers = measured.workers()
    asyncio.run(send_all(measured.address, made(count // 20, chance), found))
    before = warm(measured)
    found.clear()
    faults = asyncio.run(send_all(measured.address, made(count * 2 // 3, chance), found))
    fuzzed: Counter[int] = Counter()
    while fuzzed.total() < count // 3:
        result = fuzzing.fuzz(f"{server.url}/openapi.json", examples=60, first_seed=seed)
        fuzzed += result.statuses
        faults += result.failures
        seed += 1
    found["from the description"] = fuzzed
    after = warm(measured)
    if measured.workers() != workers:
        faults.append("a worker fell")
    errors = [event for event in server.events() if event["level"] == "error"]
    faults += [f"log: {event}" for event in errors[:5]]
    kinds = {kind: dict(sorted(statuses.items())) for kind, statuses in found.items()}
    total = sum(statuses.total() for statuses in found.values())
    return {"requests": total, "statuses": kinds, "memory_mb": [before, after]}, faults


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--requests", type=int, default=10_000)
    arguments.add_argument("--workers", type=int, default=2)
    arguments.add_argument("--seed", type=int, default=0)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        options = ("--workers", str(given.workers), "--keep", f"{folder}/kept", "--quiet")
        with served.serving(Path(folder), *hostile.LIMITS, *options) as server:
            results, faults = run(server, given.requests, given.seed)
    for kind, statuses in results["statuses"].items():
        print(f"{kind:24} {statuses}")
    print("\n".join(faults[:20]))
    print(json.dumps({"bench": "hostile", **results, "faults": faults, "environment": describe()}))
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
