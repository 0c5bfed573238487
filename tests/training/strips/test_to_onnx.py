from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs the train extra")
pytestmark = pytest.mark.train
onnxruntime = pytest.importorskip("onnxruntime")

from tenfold.training.strips.network import BOX_UNIT, CLASSES, StripNetwork, to_inputs  # noqa: E402
from tenfold.training.strips.to_onnx import deployed, onnx_graph  # noqa: E402

TOLERANCE = 1e-4


@pytest.mark.parametrize("width", [16, 20, 64])
def test_the_graph_says_what_the_network_says_at_any_width(width: int) -> None:
    torch.manual_seed(0)
    network = deployed(StripNetwork((8, 8, 8, 8)))
    session = onnxruntime.InferenceSession(onnx_graph(network, temperature=2.0))
    strips = np.random.default_rng(0).integers(0, 256, (3, 32, width), dtype=np.uint8)
    logs, boxes = session.run(None, {"strips": strips})
    assert logs.shape == (3, width // 2, CLASSES)
    with torch.no_grad():
        logits, sides = network(to_inputs(torch.from_numpy(strips)))
    expected = torch.log_softmax(logits / 2.0, dim=2).numpy()
    np.testing.assert_allclose(logs, expected, atol=TOLERANCE)
    np.testing.assert_allclose(boxes, sides.numpy() * BOX_UNIT, atol=TOLERANCE)
    np.testing.assert_allclose(np.exp(logs).sum(axis=2), 1, atol=1e-5)
