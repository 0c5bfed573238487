"""Which parameters are updated by what."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.train

from torch import nn  # noqa: E402

from tenfold.training.loop.optimizer import build_optimizer  # noqa: E402
from tenfold.training.networks.architectures import build_network  # noqa: E402
from tiny_training import TINY  # noqa: E402


def test_muon_steps_every_filter_but_the_first_layers() -> None:
    network = build_network(TINY)
    groups = build_optimizer(TINY, network, bf16=False).param_groups
    muon = [p for group in groups if group["muon"] for p in group["params"]]
    convolutions = [layer.weight for layer in network if isinstance(layer, nn.Conv2d)]
    assert [id(p) for p in muon] == [id(p) for p in convolutions[1:]]
    assert sum(len(group["params"]) for group in groups) == len(list(network.parameters()))
