"""The running average of the weights."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.train

from tenfold.digits import Digits  # noqa: E402
from tenfold.training.loop.fit import fit  # noqa: E402
from tenfold.training.loop.running_average import average_decay  # noqa: E402
from tenfold.training.loop.state import TrainingState  # noqa: E402
from tiny_training import ROWS, TINY  # noqa: E402


def test_the_running_average_is_what_answers(digits: Digits) -> None:
    recipe = TINY.replace({"average": 0.5, "epochs": 1})
    training = TrainingState.initial(recipe, 0)
    (member,) = training.members
    start = member.network[1].weight.detach().clone()
    fit(training, digits, ROWS[:32], ROWS[:0])  # one step
    decay = average_decay(recipe, 0, 1)
    assert decay == pytest.approx(0.1**4)  # young
    expected = decay * start + (1 - decay) * member.network[1].weight
    torch.testing.assert_close(training.networks[0][1].weight, expected)
    assert training.networks[0][2].running_mean.abs().sum() > 0


def test_the_running_average_moves_at_every_fourth_step_and_at_the_last() -> None:
    recipe = TINY.replace({"average": 0.5})
    decays = [average_decay(recipe, step, 10_006) for step in range(10_000, 10_006)]
    assert decays == [1, 1, 1, 0.5**4, 1, 0.5**4]
