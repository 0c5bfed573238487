from __future__ import annotations

import asyncio
import itertools

import pytest

pytest.importorskip("uvicorn", reason="the serve extra is not installed")

from tenfold.serving.gate.turns import Turns


def test_each_round_of_the_loop_starts_one_waiting_connection():
    async def rounds() -> list[int]:
        loop = asyncio.get_running_loop()
        started: list[int] = []
        started_by_round: list[int] = []
        turns = Turns()
        for number in range(5):
            turns.wait(loop, lambda number=number: started.append(number))
        while len(started) < 5:
            await asyncio.sleep(0)
            started_by_round.append(len(started))
        turns.wait(loop, lambda: started.append(5))  # after the queue was empty
        await asyncio.sleep(0)
        assert started == [0, 1, 2, 3, 4, 5]
        return started_by_round

    steps = asyncio.run(rounds())
    assert all(after - before <= 1 for before, after in itertools.pairwise([0, *steps]))
