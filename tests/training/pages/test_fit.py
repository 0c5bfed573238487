"""The training of the locator, on a few pages for a moment."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("cv2")

from tenfold.training.networks.locator import Locator  # noqa: E402
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
