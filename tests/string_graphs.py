"""A tiny string reader as an ONNX graph: one convolution over four columns, no training."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

onnx = pytest.importorskip("onnx", reason="the graphs of these tests are made with it")

from onnx import TensorProto, helper, numpy_helper  # noqa: E402

from tenfold.graph import OPSET  # noqa: E402
from tenfold.model_folder.string_folder import (  # noqa: E402
    StringModelFacts,
    StringModelFolder,
    write_string_model,
)

SYMBOLS = 18


def tiny_reader(*, stride: int = 4, scale: float = 1.0, height: int = 32) -> bytes:
    """A graph that keeps the strip's contract; other values of the parameters break it."""
    random = np.random.default_rng(0)
    weight = (random.normal(0, 0.05, (44, 1, height, 4)) * scale).astype(np.float32)
    weights: dict[str, Any] = {
        "axis": np.array([1], np.int64),
        "share": np.array(1 / 255, np.float32),
        "weight": weight,
        "shape": np.array([0, -1, 22], np.int64),
        "first": np.array([0], np.int64),
        "middle": np.array([SYMBOLS], np.int64),
        "last": np.array([22], np.int64),
        "along": np.array([2], np.int64),
        "step": np.array([1], np.int64),
    }
    nodes = [
        helper.make_node("Cast", ["strips"], ["levels"], to=TensorProto.FLOAT),
        helper.make_node("Unsqueeze", ["levels", "axis"], ["picture"]),
        helper.make_node("Mul", ["picture", "share"], ["small"]),
        helper.make_node(
            "Conv", ["small", "weight"], ["columns"], kernel_shape=[height, 4], strides=[1, stride]
        ),
        helper.make_node("Transpose", ["columns"], ["turned"], perm=[0, 3, 2, 1]),
        helper.make_node("Reshape", ["turned", "shape"], ["frames"]),
        helper.make_node("Slice", ["frames", "first", "middle", "along", "step"], ["logits"]),
        helper.make_node("LogSoftmax", ["logits"], ["log_probabilities"], axis=2),
        helper.make_node("Slice", ["frames", "middle", "last", "along", "step"], ["boxes"]),
    ]
    graph = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info("strips", TensorProto.UINT8, ["n", 32, "w"])],
        [
            helper.make_tensor_value_info(
                "log_probabilities", TensorProto.FLOAT, ["n", "frames", SYMBOLS]
            ),
            helper.make_tensor_value_info("boxes", TensorProto.FLOAT, ["n", "frames", 4]),
        ],
        [numpy_helper.from_array(value, name) for name, value in weights.items()],
    )
    opset = [helper.make_opsetid("", OPSET)]
    model = helper.make_model(graph, opset_imports=opset, ir_version=8)
    content: bytes = model.SerializeToString()
    return content


def tiny_model(folder: Path, reader: bytes | None = None) -> StringModelFolder:
    """A string reader's folder with the tiny graph."""
    folder.mkdir(exist_ok=True)
    facts = StringModelFacts(symbols="0123456789.,-/:=?")
    return write_string_model(folder, reader or tiny_reader(), None, facts, "# tiny\n")
