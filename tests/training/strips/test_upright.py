"""The network that tells strips from strips upside down."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs the train extra")
pytest.importorskip("cv2", reason="strips are composed with OpenCV")
pytestmark = pytest.mark.train

from tenfold.graph import UPRIGHT_CONTRACT, check_graph  # noqa: E402
from tenfold.training.strips.network import to_inputs  # noqa: E402
from tenfold.training.strips.pool import Batch  # noqa: E402
from tenfold.training.strips.to_onnx import deployed, upright_graph  # noqa: E402
from tenfold.training.strips.upright import UprightNetwork, fit_upright  # noqa: E402


def test_it_learns_which_side_is_up() -> None:
    torch.manual_seed(0)
    strips = np.zeros((32, 32, 64), np.uint8)
    strips[:, 6:9, 8:56] = 255  # a bar that is above the middle, when the strip stands
    batches = itertools.repeat(Batch(strips, [], []))
    told: list[float] = []
    network = fit_upright(
        UprightNetwork((4, 4, 4, 8)),
        batches,
        60,
        lambda step, loss, right, average: told.append(right),
        every=30,
    ).eval()
    assert told[-1] > told[0]
    assert told[-1] > 0.9
    with torch.no_grad():
        stands = network(to_inputs(torch.from_numpy(strips[:1]))).sum()
        turned = network(to_inputs(torch.from_numpy(strips[:1, ::-1, ::-1].copy()))).sum()
    assert stands > 0 > turned


def test_its_graph_says_what_the_network_says() -> None:
    onnxruntime = pytest.importorskip("onnxruntime")
    torch.manual_seed(0)
    network = deployed(UprightNetwork((4, 4, 4, 8)))
    graph = upright_graph(network)
    check_graph(graph, UPRIGHT_CONTRACT)
    strips = np.random.default_rng(0).integers(0, 256, (2, 32, 48), np.uint8)
    session = onnxruntime.InferenceSession(graph, providers=["CPUExecutionProvider"])
    (odds,) = session.run(["upright"], {"strips": strips})
    with torch.no_grad():
        expected = network(to_inputs(torch.from_numpy(strips))).numpy()
    assert odds == pytest.approx(expected, abs=1e-4)
