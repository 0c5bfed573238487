"""Requests that share a batch get the answers that they would get alone."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from tenfold.classifier import Outputs
from tenfold.serving.batching import TILES_MAX, Batcher


def says_first_pixel(tiles: np.ndarray) -> Outputs:
    first = tiles[:, 0, 0].astype(np.float32)
    return Outputs(np.repeat(first[:, None], 10, axis=1), first)


def numbered(first: int, count: int) -> np.ndarray:
    tiles = np.zeros((count, 28, 28), np.uint8)
    tiles[:, 0, 0] = np.arange(first, first + count) % 256
    return tiles


def gathered(requests: list[np.ndarray], classify=says_first_pixel) -> tuple[list, list[int]]:
    """The answers (or errors) to requests made at once, and the sizes of the batches."""
    sizes: list[int] = []

    async def ask() -> list:
        with ThreadPoolExecutor(1) as threads:
            batcher = Batcher(classify, threads, on_batch=sizes.append)
            asked = (batcher.outputs(tiles) for tiles in requests)
            return await asyncio.gather(*asked, return_exceptions=True)

    return asyncio.run(ask()), sizes


def test_each_gets_the_answer_to_its_own_tiles():
    requests = [numbered(10 * i, 1 + i % 5) for i in range(20)]
    answers, _ = gathered(requests)
    for tiles, answer in zip(requests, answers, strict=True):
        np.testing.assert_array_equal(answer.is_digit, tiles[:, 0, 0])
        assert answer.probabilities.shape == (len(tiles), 10)


def test_requests_that_wait_at_the_same_time_share_a_batch():
    _, sizes = gathered([numbered(i, 1) for i in range(30)])
    assert sizes == [30]


def test_a_large_request_goes_piece_by_piece_and_small_ones_pass():
    (large, small), sizes = gathered([numbered(0, 150), numbered(7, 1)])
    np.testing.assert_array_equal(large.is_digit, np.arange(150))
    assert small.is_digit.tolist() == [7]
    assert max(sizes) <= TILES_MAX
    assert sum(sizes[:2]) < 150  # the small one did not wait for the large one's end


def test_no_tiles_are_no_work():
    (answer,), sizes = gathered([numbered(0, 0)])
    assert answer.probabilities.shape == (0, 10)
    assert sizes == []


def test_a_failure_reaches_all_of_its_batch_and_no_later_one():
    calls = []

    def breaks_once(tiles: np.ndarray) -> Outputs:
        calls.append(len(tiles))
        if len(calls) == 1:
            raise RuntimeError("broken")
        return says_first_pixel(tiles)

    async def ask() -> list:
        with ThreadPoolExecutor(1) as threads:
            batcher = Batcher(breaks_once, threads)
            first = await asyncio.gather(
                *(batcher.outputs(numbered(i, 1)) for i in range(3)), return_exceptions=True
            )
            return [*first, await batcher.outputs(numbered(9, 1))]

    *broken, later = asyncio.run(ask())
    assert [str(problem) for problem in broken] == ["broken"] * 3
    assert later.is_digit.tolist() == [9]


def test_a_cancelled_request_is_left_out_of_the_next_batch():
    started, go_on = threading.Event(), threading.Event()
    sizes = []

    def slow(tiles: np.ndarray) -> Outputs:
        sizes.append(len(tiles))
        started.set()
        assert go_on.wait(30)
        return says_first_pixel(tiles)

    async def ask() -> None:
        with ThreadPoolExecutor(1) as threads:
            batcher = Batcher(slow, threads)
            first = asyncio.create_task(batcher.outputs(numbered(1, 1)))
            await asyncio.to_thread(started.wait, 30)
            gone = asyncio.create_task(batcher.outputs(numbered(2, 1)))
            stays = asyncio.create_task(batcher.outputs(numbered(3, 1)))
            await asyncio.sleep(0)
            gone.cancel()
            go_on.set()
            assert (await first).is_digit.tolist() == [1]
            assert (await stays).is_digit.tolist() == [3]
            with pytest.raises(asyncio.CancelledError):
                await gone

    asyncio.run(ask())
    assert sizes == [1, 1]


def test_a_model_that_does_not_come_back_is_noticed():
    async def run() -> None:
        goes_on = threading.Event()

        def hang(tiles: np.ndarray) -> Outputs:
            goes_on.wait(60)
            raise ValueError("gone")

        with ThreadPoolExecutor(1) as threads:
            batcher = Batcher(hang, threads)
            assert batcher.busy_seconds() == 0
            asked = asyncio.create_task(batcher.outputs(np.zeros((1, 28, 28), np.uint8)))
            while not batcher.busy_seconds():
                await asyncio.sleep(0.001)
            goes_on.set()
            with pytest.raises(ValueError, match="gone"):
                await asked
            assert batcher.busy_seconds() == 0

    asyncio.run(run())
