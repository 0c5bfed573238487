"""The training of the locator, on a few pages for a moment."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("cv2")

from tenfold.training.networks.locator import OUTPUTS, Locator, locator_loss  # noqa: E402
from tenfold.training.pages.fit import fit_locator  # noqa: E402

pytestmark = pytest.mark.train


@pytest.fixture
def shard():
    rng = np.random.default_rng(0)
    cells = (16, 32, 32)
    return {
        "picture": rng.integers(0, 256, (16, 128, 128), np.uint8),
        "digits": (rng.random(cells) > 0.9).astype(np.uint8) * 255,
        "others": np.zeros(cells, np.uint8),
        "heights": np.full(cells, 14, np.float16),
        "bright": np.zeros(cells, np.uint8),
        "weight": np.full(cells, 255, np.uint8),
        "turned": np.zeros(cells, np.uint8),
    }


def test_training_ends_with_its_time_and_hands_out_the_average(shard):
    now = iter(np.linspace(0, 1.2, 9))
    network = fit_locator(
        lambda: [lambda: shard], seconds=1, seed=0, say=lambda _: None, clock=lambda: next(now)
    )
    assert isinstance(network, Locator)
    assert not network.training


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
