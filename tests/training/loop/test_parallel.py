"""Threads of the tasks of a step."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.train

from conftest import drawn_digits  # noqa: E402
from tenfold.training.loop import fit as loop  # noqa: E402
from tenfold.training.loop.state import TrainingState  # noqa: E402
from tiny_training import TINY  # noqa: E402


def test_beside_parallel_tasks_the_caller_has_one_thread_and_afterwards_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Idle threads of its own would spin on the cores that the parallel tasks need."""
    seen, step, before = [], loop.train_step, torch.get_num_threads()

    def noted(*arguments: Any, **named: Any) -> list[tuple[float, int]]:
        seen.append(torch.get_num_threads())
        return step(*arguments, **named)  # type: ignore[no-any-return]

    monkeypatch.setattr(loop, "train_step", noted)
    torch.set_num_threads(2)
    try:
        training = TrainingState.initial(TINY.replace({"batch_size": 256, "epochs": 1}), 0)
        loop.fit(training, drawn_digits(256), np.arange(256), np.arange(0))
        after = torch.get_num_threads()
    finally:
        torch.set_num_threads(before)
    assert seen == [1]
    assert after == 2
