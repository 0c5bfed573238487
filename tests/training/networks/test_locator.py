"""The locator's network, and its loss."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from tenfold.training.networks.locator import OUTPUTS, Locator, locator_loss  # noqa: E402

pytestmark = pytest.mark.train


def test_there_is_an_answer_for_each_cell_of_four_pixels():
    cells = Locator().eval()(torch.zeros(2, 64, 104, dtype=torch.uint8))
    assert cells.shape == (2, OUTPUTS, 16, 26)


def test_it_is_small():
    assert sum(weight.numel() for weight in Locator().parameters()) < 120_000


def test_what_is_left_open_costs_nothing():
    shape = (2, 8, 8)
    outputs = torch.randn(2, OUTPUTS, 8, 8)
    targets = {
        "digits": torch.ones(shape),
        "others": torch.ones(shape),
        "heights": torch.full(shape, 14.0),
        "bright": torch.ones(shape),
        "weight": torch.zeros(shape),
        "turned": torch.zeros(shape, dtype=torch.long),
    }
    assert float(locator_loss(outputs, targets)) == 0


def test_the_loss_is_least_for_what_is_true():
    shape = (1, 4, 4)
    targets = {
        "digits": torch.ones(shape),
        "others": torch.zeros(shape),
        "heights": torch.full(shape, 28.0),
        "bright": torch.ones(shape),
        "weight": torch.ones(shape),
        "turned": torch.full(shape, 2, dtype=torch.long),
    }
    right = torch.zeros(1, OUTPUTS, 4, 4)
    right[:, 0], right[:, 1], right[:, 2], right[:, 3] = 12, -12, float(np.log(2)), 12
    right[:, 4 + 2] = 12
    assert float(locator_loss(right, targets)) < 1e-3
    for channel in (0, 1, 2, 3, 6):
        wrong = right.clone()
        wrong[:, channel] = -wrong[:, channel]
        assert float(locator_loss(wrong, targets)) > 0.05
