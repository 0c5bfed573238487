"""The shape rules of the operators."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from tenfold.graph import GraphFault
from tenfold.graph.graph_check import infer_shapes
from tenfold.graph.onnx_file import read_graph
from tenfold.graph.values import TILES

onnx = pytest.importorskip("onnx", reason="the graphs of these tests are made with it")

from onnx import TensorProto  # noqa: E402

from graph_reading import networks, refusal  # noqa: E402
from graphs import constant, model_of, node, plain  # noqa: E402


@pytest.mark.parametrize(
    "hostile",
    [
        node("Loop", ["zero", "", "flat"], ["middle"]),
        node("If", ["zero"], ["middle"]),
        node("Scan", ["flat"], ["middle"], num_scan_inputs=1),
        node("Tanh", ["flat"], ["middle"]),
        node("Tile", ["flat", "zero"], ["middle"]),
        node("Expand", ["flat", "zero"], ["middle"]),
        node("Resize", ["flat"], ["middle"]),
        node("Pad", ["flat", "zero"], ["middle"]),
        node("EPContext", ["flat"], ["middle"], domain="com.microsoft"),
        node("Relu", ["flat"], ["middle"], domain="com.microsoft"),
        node("Relu", ["flat"], ["middle"], domain="\x1b[2J"),
        node("Relu", ["flat"], ["middle"], alpha=1.0),
        node("Relu", ["flat"], ["middle", "more"]),
        node("Relu", ["nowhere"], ["middle"]),
        node("Relu", [""], ["middle"]),
        node("Relu", ["flat"], ["flat"]),
        node("Softmax", ["flat"], ["middle"], axis=2**62),
        node("Gather", ["flat", "zero"], ["middle"], axis=-9),
        node("Cast", ["flat"], ["middle"], to=TensorProto.INT64),
        node("Div", ["zero", "zero"], ["middle"]),
    ],
    ids=lambda node: f"{node.domain!r}{node.op_type}",
)
def test_operators_outside_the_list_are_refused_by_place_and_name(hostile: Any) -> None:
    said = refusal(plain([hostile]))
    assert hostile.op_type in said
    assert "\x1b" not in said


@pytest.mark.parametrize(
    "mix",
    [
        [node("ReduceMean", ["flat"], ["m"], axes=[0]), node("Add", ["flat", "m"], ["middle"])],
        [node("Concat", ["flat", "flat"], ["middle"], axis=0)],
        [node("Gather", ["flat", "zeros"], ["middle"], axis=0)],
        [node("Softmax", ["flat"], ["middle"], axis=0)],
        [node("Slice", ["flat", "zeros", "ones", "zeros", "ones"], ["middle"])],
        [node("Transpose", ["flat"], ["t"], perm=[1, 0]), node("Add", ["flat", "t"], ["middle"])],
        [node("Reshape", ["flat", "turned"], ["middle"])],
    ],
)
def test_no_answer_may_depend_on_the_tiles_of_others(mix: list[Any]) -> None:
    weights = [constant("zeros", [0]), constant("ones", [1]), constant("turned", [784, -1])]
    assert refusal(plain(mix, weights))


def test_padding_is_no_wider_than_its_kernel() -> None:
    for pads, strides in (([10**6] * 4, [1, 1]), ([0, 0, 0, 0], [2**40, 1]), ([-1] * 4, [1, 1])):
        window = [
            node("Reshape", ["flat", "picture"], ["p"]),
            node("MaxPool", ["p"], ["q"], kernel_shape=[2, 2], pads=pads, strides=strides),
            node("Identity", ["flat"], ["middle"]),
        ]
        assert "MaxPool" in refusal(plain(window, [constant("picture", [-1, 1, 28, 28])]))


@settings(deadline=None, max_examples=60)
@given(networks())
def test_shapes_are_those_that_onnxruntime_computes(network: tuple[list[Any], list[Any]]) -> None:
    onnxruntime = pytest.importorskip("onnxruntime")
    nodes, weights = network
    linear = node("Gemm", ["flat", "weight", "bias"], ["logits"])
    model = model_of([*nodes, linear], weights)
    try:
        values = infer_shapes(read_graph(model.SerializeToString()))
    except GraphFault:
        return
    names = [name for node in nodes for name in node.output]
    del model.graph.output[:]
    model.graph.output.extend(onnx.ValueInfoProto(name=name) for name in names)
    session = onnxruntime.InferenceSession(model.SerializeToString())
    for tiles in (1, 3):
        images = np.zeros((tiles, 28, 28), np.uint8)
        for name, said in zip(names, session.run(names, {"images": images}), strict=True):
            expected = [tiles if side == TILES else side for side in values[name].shape]
            assert list(said.shape) == expected, name
