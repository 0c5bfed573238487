"""Batch norm's statistics, computed once more."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.train

from torch import nn  # noqa: E402

from tenfold.digits import Digits  # noqa: E402
from tenfold.training.loop.fit import fit  # noqa: E402
from tenfold.training.loop.state import TrainingState  # noqa: E402
from tenfold.training.networks.architectures import to_inputs  # noqa: E402
from tiny_training import ROWS, TINY  # noqa: E402


def test_clean_norms_are_the_statistics_of_the_rows_as_they_are(digits: Digits) -> None:
    training = TrainingState.initial(TINY.replace({"clean_norms": True, "average": 0.9}), 0)
    fit(training, digits, ROWS[:160], ROWS[160:])
    (network,) = training.networks
    first = next(at for at, layer in enumerate(network) if isinstance(layer, nn.BatchNorm2d))
    norm = network[first]
    assert isinstance(norm, nn.BatchNorm2d)
    assert norm.running_mean is not None
    with torch.no_grad():
        seen = network[:first](to_inputs(torch.from_numpy(digits.images[ROWS[:160]])))
    torch.testing.assert_close(norm.running_mean, seen.mean(dim=(0, 2, 3)), atol=1e-2, rtol=1e-2)
    assert norm.momentum == nn.BatchNorm2d(1).momentum
