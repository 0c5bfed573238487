from __future__ import annotations

import pytest

torch = pytest.importorskip("torch", reason="needs the train extra")
pytest.importorskip("onnx", reason="needs the train extra")
pytestmark = pytest.mark.train

from torch import nn  # noqa: E402

from tenfold.training.strips.from_onnx import start_from  # noqa: E402
from tenfold.training.strips.network import Residual, StripNetwork  # noqa: E402
from tenfold.training.strips.to_onnx import deployed, onnx_graph  # noqa: E402

WIDTHS = (8, 16, 16, 8)


@pytest.fixture
def strips() -> torch.Tensor:
    return torch.rand(4, 1, 32, 64, generator=torch.Generator().manual_seed(0))


def _network(seed: int) -> StripNetwork:
    """A network whose norms have seen something."""
    torch.manual_seed(seed)
    network = StripNetwork(WIDTHS)
    for _ in range(20):
        network(torch.rand(4, 1, 32, 64))
    return network.eval()


def test_a_network_reads_as_the_graph_that_it_began_with(strips: torch.Tensor) -> None:
    network = deployed(_network(0))
    other = _network(1)
    start_from(other, onnx_graph(network, 1.3), strips)
    with torch.no_grad():
        for mine, expected in zip(other(strips), network(strips), strict=True):
            assert torch.allclose(mine, expected, atol=2e-3)


def test_a_network_with_more_blocks_reads_nearly_as_the_graph(strips: torch.Tensor) -> None:
    network = _network(0)
    kept = [block for at, block in enumerate(network.body) if at not in (1, 2, 6)]
    network.body = nn.Sequential(*kept)
    network = deployed(network)
    larger = _network(1)
    start_from(larger, onnx_graph(network, 1.0), strips)
    with torch.no_grad():
        logits, expected = larger(strips)[0], network(strips)[0]
    assert (logits - expected).std() < 0.3 * expected.std()


def test_a_graph_of_other_blocks_is_refused(strips: torch.Tensor) -> None:
    network = _network(0)
    network.body.insert(1, Residual(WIDTHS[0], (1, 5)))
    graph = onnx_graph(deployed(network), 1.0)
    with pytest.raises(ValueError, match="blocks that the network lacks"):
        start_from(_network(1), graph, strips)
