"""ONNX graphs made by hand, honest ones and others; needs the export extra."""

from __future__ import annotations

from typing import Any

import numpy as np
from onnx import TensorProto, helper, numpy_helper

FLOAT = TensorProto.FLOAT
node = helper.make_node


def constant(name: str, content: Any) -> Any:
    return numpy_helper.from_array(np.asarray(content), name)


def model_of(nodes: list[Any], weights: list[Any], **changes: Any) -> Any:
    """A model around `nodes`, from `flat` [n, 784] to `logits` [n, 10], with `weight` `bias`."""
    rng = np.random.default_rng(0)
    begin = [
        node("Cast", ["images"], ["levels"], to=FLOAT),
        node("Flatten", ["levels"], ["flat"], axis=1),
    ]
    end = [
        node("Softmax", ["logits"], ["probabilities"], axis=1),
        node("Gather", ["logits", "zero"], ["first"], axis=1),
        node("Shape", ["first"], ["tiles"]),
        node("ConstantOfShape", ["tiles"], ["is_digit"], value=constant("", np.ones(1, "f4"))),
    ]
    given_weights = [
        constant("weight", rng.normal(0, 1e-3, (784, 10)).astype("f4")),
        constant("bias", np.zeros(10, "f4")),
        constant("zero", 0),
    ]
    value = helper.make_tensor_value_info
    ends = {
        "inputs": [value("images", TensorProto.UINT8, ["n", 28, 28])],
        "outputs": [value("probabilities", FLOAT, ["n", 10]), value("is_digit", FLOAT, ["n"])],
    } | changes
    graph = helper.make_graph(
        begin + nodes + end, "g", ends["inputs"], ends["outputs"], given_weights + weights
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def plain(nodes: list[Any] | None = None, weights: list[Any] | None = None) -> Any:
    """The smallest model, with `nodes` from `flat` to `middle` [n, 784]."""
    middle = nodes or [node("Identity", ["flat"], ["middle"])]
    return model_of(
        [*middle, node("Gemm", ["middle", "weight", "bias"], ["logits"])], weights or []
    )


def external(tensor: Any, location: str = "secret.bin") -> Any:
    """With its numbers in another file."""
    tensor.ClearField("raw_data")
    tensor.ClearField("external_data")
    tensor.data_location = TensorProto.EXTERNAL
    entry = tensor.external_data.add()
    entry.key, entry.value = "location", location
    return tensor
