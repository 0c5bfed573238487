"""Dynamic batching: tiles of concurrent requests go through the model together.

While the model computes one batch, arriving tiles are collected for the next. So no request waits
for a timer, and batches grow with the load. A large request is divided into pieces, so that small
ones do not wait for all of it.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from typing import NamedTuple

import numpy as np

from tenfold.classifier import Outputs
from tenfold.digits import Images

TILES_MAX = 64  # in one call of the model: tens of milliseconds at most

Classify = Callable[[Images], Outputs]


class _Piece(NamedTuple):
    tiles: Images  # uint8 [n, 28, 28], n from 1 to TILES_MAX
    answer: asyncio.Future[Outputs]


class Batcher:
    """Batches for one event loop. `classify` is called in `threads`, one call at a time.

    `on_batch` receives the number of tiles of a call before it; `on_served` that number and the
    seconds that the call took.
    """

    def __init__(
        self,
        classify: Classify,
        threads: Executor,
        *,
        on_batch: Callable[[int], object] = lambda tiles: None,
        on_served: Callable[[int, float], object] = lambda tiles, seconds: None,
    ) -> None:
        self._classify = classify
        self._threads = threads
        self._on_batch = on_batch
        self._on_served = on_served
        self._waiting: deque[_Piece] = deque()
        self._worker: asyncio.Task[None] | None = None
        self._started_at: float | None = None  # of the present batch

    def busy_seconds(self) -> float:
        """Seconds that the model has spent on its present batch; 0 if it has none."""
        return 0.0 if self._started_at is None else time.perf_counter() - self._started_at

    async def outputs(self, tiles: Images) -> Outputs:
        """Outputs of the model for tiles uint8 [n, 28, 28], n >= 0, as if they were alone."""
        outputs = [
            await self._piece(tiles[start : start + TILES_MAX])
            for start in range(0, len(tiles), TILES_MAX)
        ]
        return outputs[0] if len(outputs) == 1 else Outputs.join(outputs)

    async def _piece(self, tiles: Images) -> Outputs:
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Outputs] = loop.create_future()
        self._waiting.append(_Piece(tiles, answer))
        if self._worker is None:
            self._worker = loop.create_task(self._work())
        return await answer

    async def _work(self) -> None:
        loop = asyncio.get_running_loop()
        while batch := self._next_batch():
            tiles = np.concatenate([piece.tiles for piece in batch])
            self._on_batch(len(tiles))
            self._started_at = started_at = time.perf_counter()
            try:
                outputs = await loop.run_in_executor(self._threads, self._classify, tiles)
            except Exception as problem:
                _set_exceptions(batch, problem)
            else:
                self._on_served(len(tiles), time.perf_counter() - started_at)
                _set_results(batch, outputs)
            finally:
                self._started_at = None
        self._worker = None

    def _next_batch(self) -> list[_Piece]:
        """Take as many waiting pieces as fit into a batch; drop those of cancelled requests."""
        batch: list[_Piece] = []
        room = TILES_MAX
        while self._waiting and len(self._waiting[0].tiles) <= room:
            piece = self._waiting.popleft()
            if not piece.answer.cancelled():
                batch.append(piece)
                room -= len(piece.tiles)
        return batch


def _set_results(batch: Sequence[_Piece], outputs: Outputs) -> None:
    start = 0
    for piece in batch:
        end = start + len(piece.tiles)
        if not piece.answer.cancelled():
            piece.answer.set_result(outputs.of(slice(start, end)))
        start = end


def _set_exceptions(batch: Sequence[_Piece], problem: Exception) -> None:
    for piece in batch:
        if not piece.answer.cancelled():
            piece.answer.set_exception(problem)
