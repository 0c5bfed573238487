"""Small networks in model folders."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from onnx import TensorProto, helper, numpy_helper

from conftest import MODEL_FACTS
from tenfold.model_folder import write_model
from tenfold.model_folder.facts import ModelFacts


def small_model(folder: Path, nodes: list[Any], weights: dict[str, Any], **facts: Any) -> Path:
    """A model folder around some nodes, from `images` to `logits` [n, 10]."""
    ends = [
        helper.make_node("Softmax", ["logits"], ["probabilities"], axis=1),
        helper.make_node("Constant", [], ["ten"], value=numpy_helper.from_array(np.array(0))),
        helper.make_node("Gather", ["probabilities", "ten"], ["first"], axis=1),
        helper.make_node("Shape", ["first"], ["n"]),
        helper.make_node(
            "ConstantOfShape", ["n"], ["is_digit"],
            value=numpy_helper.from_array(np.ones(1, np.float32)),
        ),
    ]  # fmt: skip
    value = helper.make_tensor_value_info
    graph = helper.make_graph(
        [*nodes, *ends],
        "small",
        [value("images", TensorProto.UINT8, ["n", 28, 28])],
        [
            value("probabilities", TensorProto.FLOAT, ["n", 10]),
            value("is_digit", TensorProto.FLOAT, ["n"]),
        ],
        [numpy_helper.from_array(np.asarray(array), name) for name, array in weights.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    folder.mkdir()
    write_model(folder, model.SerializeToString(), ModelFacts.from_json({**MODEL_FACTS, **facts}))
    return folder


def linear(middle: list[Any] | None = None) -> tuple[list[Any], dict[str, Any]]:
    """The smallest model: flatten and multiply."""
    rng = np.random.default_rng(0)
    nodes = [
        helper.make_node("Cast", ["images"], ["levels"], to=TensorProto.FLOAT),
        helper.make_node("Flatten", ["levels"], ["flat"], axis=1),
        *(middle or [helper.make_node("Identity", ["flat"], ["middle"])]),
        helper.make_node("Gemm", ["middle", "weight", "bias"], ["logits"], transB=1),
    ]
    weight = rng.normal(0, 1e-3, (10, 784)).astype(np.float32)
    return nodes, {"weight": weight, "bias": np.zeros(10, np.float32)}
