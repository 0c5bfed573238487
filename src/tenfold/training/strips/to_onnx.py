"""The string reader as an ONNX graph: uint8 strips in, log probabilities and boxes out.

The graph is built operator by operator, which keeps it free of the shape arithmetic that torch's
exporter writes for a free width.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn
from torch.nn.utils import fuse_conv_bn_eval

from tenfold.framing.strip import STRIP_HEIGHT
from tenfold.graph import OPSET
from tenfold.training.strips.network import (
    BOX_UNIT,
    CLASSES,
    COLUMN,
    FRAMES,
    SIDES,
    Convolution,
    Residual,
    StripNetwork,
)
from tenfold.training.strips.upright import UprightNetwork

LOG_MIN = 1e-12  # added to probabilities before their logarithm


Network = TypeVar("Network", bound=nn.Module)
Value = tuple[str, int, Sequence[str | int]]  # name, element type, shape of an input or output


class OnnxGraph:
    """Nodes and weights of a graph that grows along one line."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.weights: list[onnx.TensorProto] = []

    def add(self, operator: str, inputs: Sequence[str], output: str = "", **attributes: Any) -> str:
        name = output or f"{operator.lower()}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, list(inputs), [name], **attributes))
        return name

    def constant(self, values: npt.NDArray[np.generic]) -> str:
        """A constant; floats of more than one value are kept in half precision."""
        name = f"constant_{len(self.weights)}"
        if values.dtype == np.float32 and values.size > 1:
            self.weights.append(numpy_helper.from_array(values.astype(np.float16), f"{name}_half"))
            return self.add("Cast", [f"{name}_half"], name, to=TensorProto.FLOAT)
        self.weights.append(numpy_helper.from_array(values, name))
        return name

    def convolution(self, x: str, layer: nn.Conv2d) -> str:
        weight, bias = layer.weight.detach().numpy(), layer.bias
        assert bias is not None
        down, across = (int(pad) for pad in layer.padding)
        return self.add(
            "Conv",
            [x, self.constant(weight), self.constant(bias.detach().numpy())],
            kernel_shape=list(layer.kernel_size),
            strides=list(layer.stride),
            pads=[down, across, down, across],
        )

    def file(self, name: str, inputs: Sequence[Value], outputs: Sequence[Value]) -> bytes:
        """The checked ONNX file of the graph."""
        made = helper.make_tensor_value_info
        model = helper.make_model(
            helper.make_graph(
                self.nodes,
                name,
                [made(*value) for value in inputs],
                [made(*value) for value in outputs],
                self.weights,
            ),
            opset_imports=[helper.make_opsetid("", OPSET)],
            ir_version=8,
            producer_name="tenfold",
        )
        onnx.checker.check_model(model, full_check=True)
        return model.SerializeToString()


def deployed(network: Network) -> Network:
    """A copy in evaluation mode: batch norm folded into the convolutions, weights rounded to half
    precision. It is what the graph computes, so it is the one to measure."""
    network = copy.deepcopy(network).eval().to(memory_format=torch.contiguous_format)  # type: ignore[call-overload]
    for module in network.modules():
        if not isinstance(module, nn.Sequential):
            continue
        convolution, norm = module[0], module[1] if len(module) > 1 else None
        if isinstance(convolution, nn.Conv2d) and isinstance(norm, nn.BatchNorm2d):
            module[0] = fuse_conv_bn_eval(convolution, norm)
            module[1] = nn.Identity()
    with torch.no_grad():
        for weight in network.parameters():
            weight.copy_(weight.half().float())
    return network


def onnx_graph(network: StripNetwork, temperature: float) -> bytes:
    """The ONNX file of a network of `deployed`: input `strips` uint8 [n, 32, w], w a multiple of 4;
    outputs `log_probabilities` float32 [n, w/2, 18] and `boxes` float32 [n, w/2, 4]: left, right
    from the frame's middle, top and bottom from the strip's middle row, all in pixels."""
    graph = OnnxGraph()
    x = graph.convolution(_body(graph, network.body), network.head)
    x = graph.add("Transpose", [x], perm=[0, 3, 2, 1])
    shape = graph.constant(np.array([0, -1, CLASSES + SIDES], np.int64))
    x = graph.add("Reshape", [x, shape])
    logits = _columns(graph, x, 0, CLASSES)
    scaled = graph.add("Mul", [logits, graph.constant(np.array(1 / temperature, np.float32))])
    likely = graph.add("Softmax", [scaled], axis=2)
    likely = graph.add("Add", [likely, graph.constant(np.array(LOG_MIN, np.float32))])
    graph.add("Log", [likely], "log_probabilities")
    sides = _columns(graph, x, CLASSES, CLASSES + SIDES)
    graph.add("Mul", [sides, graph.constant(np.array(BOX_UNIT, np.float32))], "boxes")
    frames = f"w * {FRAMES} / {COLUMN}"
    return graph.file(
        "strings",
        [("strips", TensorProto.UINT8, ["n", STRIP_HEIGHT, "w"])],
        [
            ("log_probabilities", TensorProto.FLOAT, ["n", frames, CLASSES]),
            ("boxes", TensorProto.FLOAT, ["n", frames, SIDES]),
        ],
    )


def upright_graph(network: UprightNetwork) -> bytes:
    """The ONNX file of a network of `deployed`: input `strips` uint8 [n, 32, w], w a multiple of 4;
    output `upright` float32 [n, w/4], log odds."""
    graph = OnnxGraph()
    x = graph.convolution(_body(graph, network.body), network.head)
    axes = graph.constant(np.array([1, 2], np.int64))
    graph.add("Squeeze", [x, axes], "upright")
    return graph.file(
        "upright",
        [("strips", TensorProto.UINT8, ["n", STRIP_HEIGHT, "w"])],
        [("upright", TensorProto.FLOAT, ["n", f"w / {COLUMN}"])],
    )


def _body(graph: OnnxGraph, body: nn.Sequential) -> str:
    """The layers of a network from `strips` on."""
    x = graph.add("Cast", ["strips"], to=TensorProto.FLOAT)
    x = graph.add("Unsqueeze", [x, graph.constant(np.array([1], np.int64))])
    x = graph.add("Mul", [x, graph.constant(np.array(1 / 255, np.float32))])
    first = next(layer for layer in body.modules() if isinstance(layer, nn.Conv2d))
    if first.in_channels > 1:
        x = graph.add("Concat", [x, _beyond(graph, x)], axis=1)
    for block in body:
        inner = block.inner if isinstance(block, Residual) else block
        assert isinstance(inner, Convolution)
        convolution = inner[0]
        assert isinstance(convolution, nn.Conv2d)
        y = graph.add("Relu", [graph.convolution(x, convolution)])
        x = graph.add("Add", [x, y]) if isinstance(block, Residual) else y
    return x


def _beyond(graph: OnnxGraph, x: str) -> str:
    """The channel of `network.channels_of` that is 1 beyond the picture, where a level is 0."""
    x = graph.add("Mul", [x, graph.constant(np.array(-255, np.float32))])
    x = graph.add("Add", [x, graph.constant(np.array(1, np.float32))])
    return graph.add("Relu", [x])


def _columns(graph: OnnxGraph, x: str, first: int, last: int) -> str:
    ends = [graph.constant(np.array([value], np.int64)) for value in (first, last, 2, 1)]
    return graph.add("Slice", [x, *ends])
