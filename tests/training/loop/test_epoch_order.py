"""Which rows an epoch sees."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.train

from tenfold.digits import Digits  # noqa: E402
from tenfold.training.loop.fit import fit  # noqa: E402
from tenfold.training.loop.state import TrainingState  # noqa: E402
from tiny_training import ROWS, TINY  # noqa: E402


def test_easy_rows_are_left_out_between_the_first_epoch_and_the_last(digits: Digits) -> None:
    recipe = TINY.replace({"epochs": 4, "easy_skipped": 0.5})
    training, orders = TrainingState.initial(recipe, 0), []
    losses = torch.arange(160.0)  # row 0 is the easiest

    def save(training: TrainingState) -> None:
        (member,) = training.members
        orders.append(sorted(member.order.tolist()))
        member.losses = losses.clone()

    fit(training, digits, ROWS[:160], ROWS[160:], save=save)
    assert [len(order) for order in orders] == [160, 104, 104, 160]  # less half of 70 % of 160
    for order in orders[1:3]:
        assert len(set(order)) == 104
        assert set(range(112, 160)) <= set(order)  # the hard ones are all there
    assert orders[1] != orders[2]
