from __future__ import annotations

import asyncio
import itertools

import pytest

pytest.importorskip("uvicorn", reason="the serve extra is not installed")

from tenfold.serving.gate.turns import Turns


def test_one_of_those_who_wait_is_begun_in_a_round_of_the_loop():
    async def rounds() -> list[int]:
        loop = asyncio.get_running_loop()
        begun: list[int] = []
        begun_by_round: list[int] = []
        turns = Turns()
        for number in range(5):
            turns.wait(loop, lambda number=number: begun.append(number))
        while len(begun) < 5:
            await asyncio.sleep(0)
            begun_by_round.append(len(begun))
        turns.wait(loop, lambda: begun.append(5))  # after the queue was empty
        await asyncio.sleep(0)
        assert begun == [0, 1, 2, 3, 4, 5]
        return begun_by_round

    steps = asyncio.run(rounds())
    assert all(after - before <= 1 for before, after in itertools.pairwise([0, *steps]))
