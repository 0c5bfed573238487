from __future__ import annotations

import copy
import itertools

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs the train extra")
pytest.importorskip("cv2", reason="strips are composed with OpenCV")
pytestmark = pytest.mark.train

from tenfold.training.strips.fit import Fitting, Step, fit, rate_at  # noqa: E402
from tenfold.training.strips.network import StripNetwork  # noqa: E402
from tenfold.training.strips.pool import Batch  # noqa: E402


def test_the_rate_rises_and_falls_to_nothing() -> None:
    rates = [rate_at(step, 100) for step in range(101)]
    assert rates[0] < rates[4] == max(rates) == 1.0
    assert rates[100] == 0.0
    assert np.all(np.diff(rates[5:]) < 0)


@pytest.fixture
def batch() -> Batch:
    """Upright strokes and dashes."""
    pixels = np.zeros((8, 32, 16), np.uint8)
    pixels[::2, 4:28, 6:10] = 255
    pixels[1::2, 14:18, 2:14] = 255
    classes = [np.array([2 if i % 2 == 0 else 13]) for i in range(8)]
    boxes = [
        np.array([[6, 4, 10, 28]] if i % 2 == 0 else [[2, 14, 14, 18]], np.float32)
        for i in range(8)
    ]
    return Batch(pixels, classes, boxes)


def test_a_network_learns_to_tell_two_figures_apart(batch: Batch) -> None:
    torch.manual_seed(0)
    said: list[Step] = []
    fitting = Fitting(StripNetwork((8, 8, 8, 8)))
    fit(fitting, itertools.repeat(batch), 40, said.append, every=20)
    assert [step.number for step in said] == [20, 40]
    assert said[1].loss < 0.5 * said[0].loss


def test_a_training_that_was_stopped_goes_on_as_if_it_had_not(batch: Batch) -> None:
    torch.manual_seed(1)
    whole = Fitting(StripNetwork((8, 8, 8, 8)))
    start = copy.deepcopy(whole.state_dict())
    expected = fit(whole, itertools.repeat(batch), 6, lambda step: None)
    stopped, again = (Fitting(StripNetwork((8, 8, 8, 8))) for _ in range(2))
    stopped.load_state_dict(start)
    for _ in range(3):
        stopped.step(batch, rate_at(stopped.taken, 6))
    again.load_state_dict(copy.deepcopy(stopped.state_dict()))
    resumed = fit(again, itertools.repeat(batch), 6, lambda step: None)
    for mine, other in zip(resumed.parameters(), expected.parameters(), strict=True):
        assert torch.equal(mine, other)
