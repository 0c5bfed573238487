"""The exported graph answers as the trained networks do."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.train

from conftest import MODEL_FACTS as FACTS  # noqa: E402
from tenfold.classifier import Classifier  # noqa: E402
from tenfold.errors import ModelError  # noqa: E402
from tenfold.model_folder import write_model  # noqa: E402
from tenfold.model_folder.facts import ModelFacts  # noqa: E402
from tenfold.recipes import RECIPES  # noqa: E402
from tenfold.training.networks.architectures import build_network  # noqa: E402
from tenfold.training.networks.to_onnx import Deployed, check_parity, onnx_graph  # noqa: E402
from tiny_training import TINY  # noqa: E402


@pytest.mark.parametrize("name", ["notebook", "fast", "pictures", "gpu"])
def test_onnxruntime_reads_as_torch_does(name: str, tmp_path: Path) -> None:
    torch.manual_seed(0)
    images = np.random.default_rng(0).integers(0, 256, (300, 28, 28)).astype(np.uint8)
    members = [build_network(RECIPES[name]) for _ in range(2)]
    for member in members:
        member(torch.from_numpy(images).unsqueeze(1).float())  # gives batch norm its statistics
    deployed = Deployed(members, temperature=1.5)
    model = write_model(tmp_path, onnx_graph(deployed), ModelFacts.from_json(FACTS))
    check_parity(deployed, model, images)
    probabilities = Classifier(model).probabilities(images)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-5)
    assert probabilities.dtype == np.float32


@pytest.mark.parametrize("network", ["stem", "unpadded", "vgg"])  # vgg has pools before its norms
def test_batch_norm_is_folded_into_the_graph(network: str) -> None:
    onnx = pytest.importorskip("onnx")
    built = build_network(TINY.replace({"network": network}))
    graph = onnx.load_from_string(onnx_graph(Deployed([built], 1.0))).graph
    kinds = {node.op_type for node in graph.node}
    assert "Conv" in kinds
    assert "BatchNormalization" not in kinds
    assert [value.name for value in graph.input] == ["images"]
    assert [value.name for value in graph.output] == ["probabilities", "is_digit"]


def test_weights_are_kept_in_half_precision_and_nothing_is_lost_by_it(tmp_path: Path) -> None:
    onnx = pytest.importorskip("onnx")
    torch.manual_seed(0)
    network = build_network(RECIPES["fast"])
    deployed = Deployed([network], 1.0)
    graph = onnx_graph(deployed)
    parameters = sum(p.numel() for p in network.parameters())
    assert 2 * parameters < len(graph) < 2.2 * parameters
    stored = [
        onnx.numpy_helper.to_array(weight)
        for weight in onnx.load_from_string(graph).graph.initializer
        if weight.data_type == onnx.TensorProto.FLOAT16
    ]
    exported = {weight.astype(np.float32).tobytes() for weight in stored}
    filters = [p for p in deployed.parameters() if p.ndim == 4]
    assert filters
    assert all(p.detach().contiguous().numpy().tobytes() in exported for p in filters)
    assert all(p.dtype == torch.float32 for p in network.parameters())  # a copy was rounded


@pytest.mark.parametrize("kind", ["stem", "unpadded", "vgg"])
def test_folding_batch_norm_changes_nothing(kind: str) -> None:
    torch.manual_seed(0)
    network, images = build_network(TINY.replace({"network": kind})), torch.rand(40, 1, 28, 28)
    network(images)  # gives batch norm statistics of its own
    tiles = (images[:, 0] * 255).to(torch.uint8)
    folded = Deployed([network], 1.0)(tiles)[0]
    plain = torch.softmax(network.eval()(tiles.unsqueeze(1) / 255), dim=1)
    torch.testing.assert_close(folded, plain, atol=5e-3, rtol=0)  # half precision


def test_a_graph_that_disagrees_is_refused(tmp_path: Path) -> None:
    torch.manual_seed(0)
    images = np.random.default_rng(0).integers(0, 256, (50, 28, 28)).astype(np.uint8)
    network = build_network(TINY)
    model = write_model(tmp_path, onnx_graph(Deployed([network], 1.0)), ModelFacts.from_json(FACTS))
    with pytest.raises(ModelError, match="disagrees with the trained network"):
        check_parity(Deployed([network], 3.0), model, images)
