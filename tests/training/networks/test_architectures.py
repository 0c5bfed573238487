"""The networks: shapes, initialisation, memory layout."""

from __future__ import annotations

import math

import pytest

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.train

from torch import nn  # noqa: E402

from tenfold.recipes import RECIPES  # noqa: E402
from tenfold.training.networks.architectures import Flatten, build_network, notebook_network  # noqa: E402


def test_the_notebook_network_is_the_notebooks() -> None:
    network = notebook_network()
    assert sum(p.numel() for p in network.parameters()) == 887_530
    kernels = [layer for layer in network if isinstance(layer, nn.Conv2d | nn.Linear)]
    for layer in kernels:  # Keras' default: Glorot uniform, zero biases
        fan_in, fan_out = nn.init._calculate_fan_in_and_fan_out(layer.weight)
        limit = math.sqrt(6 / (fan_in + fan_out))
        assert float(layer.weight.detach().abs().max()) <= limit
        assert float(layer.weight.detach().std()) == pytest.approx(limit / math.sqrt(3), rel=0.05)
        assert layer.bias is not None
        assert not layer.bias.any()
    assert [layer.p for layer in network if isinstance(layer, nn.Dropout)] == [0.25, 0.25, 0.5]


@pytest.mark.parametrize("name", RECIPES)
def test_every_recipe_has_a_network_from_tiles_to_logits(name: str) -> None:
    network = build_network(RECIPES[name]).eval()
    outputs = 11 if name == "pictures" else 10  # the last one tells digits from others
    assert network(torch.zeros(3, 1, 28, 28)).shape == (3, outputs)


def test_the_last_map_has_its_gradient_channels_last() -> None:
    last = torch.randn(2, 4, 3, 3, requires_grad=True) * 1
    seen: list[bool] = []
    flat = Flatten()(last)
    last.register_hook(lambda g: seen.append(g.is_contiguous(memory_format=torch.channels_last)))
    flat.sum().backward()
    assert seen == [True]
