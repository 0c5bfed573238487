"""Photos from far more clients than `tenfold serve` can answer, and a few that send tiles.

    python -m bench.serving.overload [--clients 300] [--seconds 60] [--workers 1]
        [--answer-seconds 10]

Each client sends a photo, waits for its answer, and asks again: after a 503 when `Retry-After`
says. Who waits for longer than TIMEOUT_SECONDS gives up. Prints what became of the photos and of
the tiles, and ends in a JSON line.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import itertools
import json
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from bench.serving.load import post
from bench.serving.requests import tile_requests
from bench.serving.server import started
from tenfold.environment import describe

TIMEOUT_SECONDS = 60.0
SIZES = ((800, 600), (1280, 960), (1600, 1200), (2000, 1500), (3000, 2000))
TILE_CLIENTS = 2
TILE_PERIOD_SECONDS = 0.1

Times = dict[str, list[float]]  # by what became of a request, its seconds


def photo(width: int, height: int, seed: int) -> bytes:
    """A JPEG of grainy paper in uneven light, with three rows of six digits."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[:height, :width]
    paper = 200 - 40 * x / width - 20 * y / height + random.normal(0, 5, (height, width))
    picture = Image.fromarray(paper.clip(0, 255).astype(np.uint8)).convert("RGB")
    for row in range(3):
        text = "".join(map(str, random.integers(0, 10, 6)))
        place = (0.1 * width, (0.1 + 0.28 * row) * height)
        ImageDraw.Draw(picture).text(place, text, fill=(40, 40, 70), font_size=height // 6)
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=85)
    return buffer.getvalue()


class Client:
    """One connection, opened again where the server has closed it."""

    def __init__(self, address: tuple[str, int], times: Times) -> None:
        self._address = address
        self._times = times
        self._line: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, request: bytes) -> float:
        """Send it, note what became of it, and say how long to wait before the next."""
        started_at = time.perf_counter()
        try:
            status, retry = await asyncio.wait_for(self._answer(request), TIMEOUT_SECONDS)
        except TimeoutError:
            outcome, retry = "given up", 0.0
            self._close()
        except (OSError, asyncio.IncompleteReadError):
            outcome, retry = "cut off", 0.5
            self._close()
        else:
            outcome = {200: "answered", 503: "refused"}.get(status, f"status {status}")
        self._times[outcome].append(time.perf_counter() - started_at)
        return retry

    async def _answer(self, request: bytes) -> tuple[int, float]:
        if self._line is None:
            self._line = await asyncio.open_connection(*self._address)
        reader, writer = self._line
        writer.write(request)
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        lines = (line.partition(": ") for line in head.splitlines()[1:] if line)
        headers = {name: value for name, _, value in lines}
        await reader.readexactly(int(headers["content-length"]))
        if headers.get("connection") == "close":
            self._close()
        return int(head.split()[1]), float(headers.get("retry-after", 0))

    def _close(self) -> None:
        if self._line is not None:
            self._line[1].close()
        self._line = None

    async def ask_until(self, end: float, requests: Iterator[bytes], period: float = 0.0) -> None:
        while time.perf_counter() < end:
            await asyncio.sleep(max(period, await self.ask(next(requests))))
        self._close()


async def overload(address: tuple[str, int], clients: int, seconds: float) -> dict[str, Times]:
    photos = [post("/predict", photo(*size, i), "image/jpeg") for i, size in enumerate(SIZES)]
    sent, tiles = itertools.cycle(photos), itertools.cycle(tile_requests())
    times: dict[str, Times] = {"photos": defaultdict(list), "tiles": defaultdict(list)}
    end = time.perf_counter() + seconds
    with_photos = [Client(address, times["photos"]) for _ in range(clients)]
    with_tiles = [Client(address, times["tiles"]) for _ in range(TILE_CLIENTS)]
    await asyncio.gather(
        *(client.ask_until(end, sent) for client in with_photos),
        *(client.ask_until(end, tiles, TILE_PERIOD_SECONDS) for client in with_tiles),
    )
    return times


def summary(times: Times) -> dict[str, Any]:
    return {
        outcome: {
            "count": len(seconds),
            **{f"seconds_p{p}": round(float(np.percentile(seconds, p)), 3) for p in (50, 99, 100)},
        }
        for outcome, seconds in sorted(times.items())
    }


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--clients", type=int, default=300)
    arguments.add_argument("--seconds", type=float, default=60)
    arguments.add_argument("--workers", type=int, default=1)
    arguments.add_argument("--answer-seconds", type=float, default=10)
    given = arguments.parse_args()
    command = [sys.executable, "-m", "tenfold", "serve", "--port", "0", "--json", "--quiet"]
    command += ["--workers", str(given.workers), "--answer-seconds", str(given.answer_seconds)]
    with started(command) as server:
        times = asyncio.run(overload(server.address, given.clients, given.seconds))
        results = {what: summary(found) for what, found in times.items()}
        for what, outcomes in results.items():
            for outcome, figures in outcomes.items():
                print(f"{what:8} {outcome:10} {figures}")
        facts = {**vars(given), **results, "memory_mb": server.memory_mb()}
        print(json.dumps({"bench": "overload", **facts, "environment": describe()}))


if __name__ == "__main__":
    main()
