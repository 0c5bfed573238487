"""The network for columns of numbers that are no image, and its ONNX graph.

Standardisation, one hidden layer, softmax; in float64, so that an answer does not depend on the
rows beside it: float32 products differ with the number of rows.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, nn

from tenfold.graph import OPSET

HIDDEN = 128
IR_VERSION = 8  # of the file; what every onnxruntime since 1.11 reads


class ColumnsNetwork(nn.Module):
    """Input float64 [n, features], standardised already; output logits float64 [n, classes]."""

    def __init__(self, features: int, classes: int, generator: torch.Generator) -> None:
        super().__init__()
        self.hidden = nn.Linear(features, HIDDEN, dtype=torch.float64)
        self.last = nn.Linear(HIDDEN, classes, dtype=torch.float64)
        for layer in (self.hidden, self.last):  # Glorot & Bengio (2010), equation 16
            bound = math.sqrt(6 / (layer.in_features + layer.out_features))
            nn.init.uniform_(layer.weight, -bound, bound, generator=generator)
            nn.init.zeros_(layer.bias)

    def forward(self, columns: Tensor) -> Tensor:
        logits: Tensor = self.last(torch.tanh(self.hidden(columns)))
        return logits


def columns_graph(
    network: ColumnsNetwork, mean: npt.NDArray[np.float64], scale: npt.NDArray[np.float64]
) -> bytes:
    """An ONNX file: `columns` float64 [n, features] to `probabilities` float64 [n, classes]."""
    weights = {
        "mean": mean,
        "scale": scale,
        "hidden.weight": network.hidden.weight.detach().numpy(),
        "hidden.bias": network.hidden.bias.detach().numpy(),
        "last.weight": network.last.weight.detach().numpy(),
        "last.bias": network.last.bias.detach().numpy(),
    }
    nodes = [
        helper.make_node("Sub", ["columns", "mean"], ["centred"]),
        helper.make_node("Div", ["centred", "scale"], ["standardised"]),
        helper.make_node(
            "Gemm", ["standardised", "hidden.weight", "hidden.bias"], ["sums"], transB=1
        ),
        helper.make_node("Tanh", ["sums"], ["activations"]),
        helper.make_node("Gemm", ["activations", "last.weight", "last.bias"], ["logits"], transB=1),
        helper.make_node("Softmax", ["logits"], ["probabilities"], axis=1),
    ]
    shapes = {"columns": len(mean), "probabilities": network.last.out_features}
    ends = [
        helper.make_tensor_value_info(name, TensorProto.DOUBLE, ["n", width])
        for name, width in shapes.items()
    ]
    graph = helper.make_graph(
        nodes,
        "columns",
        ends[:1],
        ends[1:],
        [numpy_helper.from_array(array, name) for name, array in weights.items()],
    )
    model = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION
    )
    onnx.checker.check_model(model)
    return model.SerializeToString()
