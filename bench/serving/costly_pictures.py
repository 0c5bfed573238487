"""Pictures that cost too much, sent to `tenfold serve`: what it answers, who waits, what stays.

    python -m bench.serving.costly_pictures [--times 4] [--only NAME ...]

Sends each file and picture of `tests/hostile_pictures.py`, `--times` at once, while a good client
asks for a tile and a drawing every 50 ms. Prints for each the answers, the seconds of the slowest,
the good client's longest waits and statuses, and the memory of all processes; then sends some that
never end and stops the server. Ends in a JSON line, and in exit code 1 if anything was answered by
another status than 200, 422 or 503, or if the stop took longer than it may.
"""

from __future__ import annotations

import argparse
import io
import json
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from bench.serving.from_tests import hostile_pictures, served
from bench.serving.good_client import GoodClient
from bench.serving.server import Server
from tenfold.environment import describe

STOP_SECONDS = 5.0
STOP_MARGIN_SECONDS = 1.0
RIGHT = {200, 422, 503}


def _encoded(draw: Callable[[], Any]) -> bytes:
    file = io.BytesIO()
    draw().save(file, "PNG")
    return file.getvalue()


def costly_contents() -> dict[str, Callable[[], bytes]]:
    """By name, what makes each file."""
    made: dict[str, Callable[[], bytes]] = dict(hostile_pictures.COSTLY_FILES)
    for name, draw in hostile_pictures.COSTLY_PICTURES.items():
        made[name] = lambda draw=draw: _encoded(draw)  # type: ignore[misc]
    return made


def attack(
    server: Any, measured: Server, good: GoodClient, content: bytes, times: int
) -> dict[str, Any]:
    def send(_: int) -> tuple[int, str, float]:
        started_at = time.perf_counter()
        answer = server.post("/predict", content, "application/octet-stream")
        said = answer.json.get("error") or answer.json.get("reason") or "read"
        return answer.status, said, time.perf_counter() - started_at

    with good.asking() as waits, ThreadPoolExecutor(times) as threads:
        answers = list(threads.map(send, range(times)))
    return {
        "bytes": len(content),
        "statuses": dict(Counter(status for status, _, _ in answers)),
        "said": answers[0][1],
        "seconds": round(max(seconds for _, _, seconds in answers), 2),
        **waits.summary(),
        "memory_mb": measured.memory_mb(),
    }


def stopped_in(server: Any) -> float:
    """Seconds from SIGTERM to the end, while pictures that take minutes are opened."""
    content = hostile_pictures.jpeg_of_scans()
    clients = [
        threading.Thread(target=server.post, args=("/predict", content, "image/jpeg"))
        for _ in range(4)
    ]
    for client in clients:
        client.start()
    time.sleep(1)
    started_at = time.perf_counter()
    server.stop()
    seconds = time.perf_counter() - started_at
    for client in clients:
        client.join()
    return round(seconds, 2)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--times", type=int, default=4)
    arguments.add_argument("--only", nargs="*")
    given = arguments.parse_args()
    results: dict[str, Any] = {}
    options = ("--quiet", "--stop-seconds", str(STOP_SECONDS))
    with (
        tempfile.TemporaryDirectory() as folder,
        served.serving(Path(folder), *options) as server,
    ):
        measured = Server(server.process, server.url)
        server.post("/predict", served.three(), "image/png")
        rest = measured.memory_mb()
        good = GoodClient(measured.address)
        for name, make in costly_contents().items():
            if not given.only or name in given.only:
                results[name] = attack(server, measured, good, make(), given.times)
                print(f"{name:14}", results[name], flush=True)
        good.close()
        after = measured.memory_mb()
        stop = stopped_in(server)
        errors = [event for event in server.events() if "traceback" in event]
    wrong = {n for n, r in results.items() if not RIGHT.issuperset(r["statuses"])}
    facts = {"memory_mb": [rest, after], "stop_seconds": stop, "tracebacks": len(errors)}
    print(json.dumps({"bench": "costly_pictures", **results, **facts, "environment": describe()}))
    late = stop > STOP_SECONDS + STOP_MARGIN_SECONDS
    sys.exit(1 if wrong or late or errors else 0)


if __name__ == "__main__":
    main()
