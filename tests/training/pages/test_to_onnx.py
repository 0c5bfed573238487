"""The locator's graph gives what the trained network gives."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("onnx")
pytest.importorskip("cv2")

import onnxruntime  # noqa: E402

from tenfold.training.networks.locator import OUTPUTS, Locator  # noqa: E402
from tenfold.training.pages.to_onnx import onnx_graph  # noqa: E402
from tenfold.training.strips.to_onnx import deployed  # noqa: E402

pytestmark = pytest.mark.train
TOLERANCE = 1e-3  # of logits about 10: float32 sums in another order


@pytest.fixture(scope="module")
def network():
    torch.manual_seed(0)
    network = Locator()
    for module in network.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.running_mean.normal_()
            module.running_var.uniform_(0.5, 2)
            torch.nn.init.uniform_(module.weight, 0.5, 2)
            torch.nn.init.normal_(module.bias)
    return deployed(network)


def test_torch_and_onnxruntime_agree_at_any_size(network):
    graph = onnx_graph(network)
    session = onnxruntime.InferenceSession(graph)
    rng = np.random.default_rng(0)
    for n, height, width in ((1, 64, 104), (2, 32, 40)):
        pages = rng.integers(0, 256, (n, height, width), np.uint8)
        cells = session.run(["cells"], {"pages": pages})[0]
        with torch.no_grad():
            expected = network(torch.from_numpy(pages)).numpy()
        assert cells.shape == (n, OUTPUTS, height // 4, width // 4)
        assert np.abs(cells - expected).max() < TOLERANCE


def test_the_graph_is_small_enough_to_ship(network):
    assert len(onnx_graph(network)) < 300_000
