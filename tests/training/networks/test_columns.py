"""The network for columns of numbers, and its graph."""

from __future__ import annotations

import math

import numpy as np
import pytest

torch = pytest.importorskip("torch")
onnx = pytest.importorskip("onnx")
pytestmark = pytest.mark.train

from tenfold.training.networks.columns import HIDDEN, ColumnsNetwork, columns_graph  # noqa: E402


def network(seed: int = 0) -> ColumnsNetwork:
    return ColumnsNetwork(5, 3, torch.Generator().manual_seed(seed))


def test_weights_follow_from_the_generator_and_are_bounded_as_glorot_says() -> None:
    assert torch.equal(network().hidden.weight, network().hidden.weight)
    assert not torch.equal(network().hidden.weight, network(1).hidden.weight)
    bound = math.sqrt(6 / (5 + HIDDEN))
    assert float(network().hidden.weight.detach().abs().max()) <= bound
    assert float(network().last.bias.detach().abs().max()) == 0


def test_the_graph_is_checked_and_in_double_precision() -> None:
    graph = onnx.load_from_string(columns_graph(network(), np.zeros(5), np.ones(5))).graph
    double = onnx.TensorProto.DOUBLE
    assert [end.type.tensor_type.elem_type for end in (*graph.input, *graph.output)] == [double] * 2
    assert {weight.data_type for weight in graph.initializer} == {double}
    assert [node.op_type for node in graph.node][-1] == "Softmax"
