"""Networks that can be trained further, from the graph of a model folder.

The graph is read, not the recipe: it holds the whole network, whichever version of
`architectures.py` it came from. Batch norm was folded into the convolutions and dropout left out,
so a restored network has neither; its convolutions have biases.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import nn

from tenfold.digits import Images
from tenfold.errors import ModelError
from tenfold.model_folder import ModelFolder
from tenfold.training.networks.architectures import Scale
from tenfold.training.networks.to_onnx import Deployed, check_parity

Array = np.ndarray[Any, Any]
Layers = list[nn.Module]


def networks_from_onnx(model: ModelFolder, images: Images) -> list[nn.Sequential]:
    """The member networks of `model`.

    On `images` uint8 [n, 28, 28] their outputs agree with the graph's to the tolerance of export.
    Raises ModelError where they do not.
    """
    try:
        graph = onnx.load_from_string(model.graph).graph
        scaled = next(node.output[0] for node in graph.node if node.op_type == "Div")
        networks = [
            nn.Sequential(*copy.deepcopy(layers)).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
            for layers in _chains(graph, scaled, _arrays(graph), [])
        ]
        deployed = Deployed(networks, model.facts.temperature, half=False)
        check_parity(deployed, model, images)
    except Exception as problem:  # what protobuf, numpy and torch raise has no common class
        raise ModelError(
            f"{model.path}: cannot be trained further: "
            f"{getattr(problem, 'message', problem) or type(problem).__name__}",
            hint="start from a model that this version of tenfold can train, or leave out --from",
        ) from problem
    return networks


def _arrays(graph: onnx.GraphProto) -> dict[str, Array]:
    """Weights and constants by the name under which layers use them."""
    arrays = {weight.name: numpy_helper.to_array(weight) for weight in graph.initializer}
    for node in graph.node:
        if node.op_type == "Constant":
            arrays[node.output[0]] = numpy_helper.to_array(node.attribute[0].t)
        elif node.op_type in ("Cast", "Identity") and node.input[0] in arrays:
            arrays[node.output[0]] = arrays[node.input[0]]
    return arrays


def _chains(
    graph: onnx.GraphProto, value: str, arrays: Mapping[str, Array], before: Layers
) -> list[Layers]:
    """The layers that follow `value`, one list for each member.

    They end before temperature, average and softmax. Steps that all members share at their start
    are in the graph once.
    """
    following = [node for node in graph.node if value in node.input and node.op_type in LAYERS]
    if not following:
        return [before]
    chains = []
    for node in following:
        attributes = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
        inputs = [arrays[name] for name in node.input if name in arrays]
        layers = LAYERS[node.op_type](inputs, attributes)
        chains += _chains(graph, node.output[0], arrays, before + layers)
    return chains


def _convolution(inputs: Sequence[Array], attributes: Mapping[str, Any]) -> Layers:
    weight = inputs[0]
    channels_out, channels_in, kernel, _ = weight.shape
    padding = "same" if "auto_pad" in attributes else attributes["pads"][0]
    layer = nn.Conv2d(channels_in, channels_out, kernel, attributes["strides"][0], padding)
    return [_filled(layer, inputs)]


def _linear(inputs: Sequence[Array], attributes: Mapping[str, Any]) -> Layers:
    outputs, features = inputs[0].shape
    return [_filled(nn.Linear(features, outputs), inputs)]


def _filled(layer: nn.Module, inputs: Sequence[Array]) -> nn.Module:
    """Fill a layer with weights and biases, widened from the graph's half precision."""
    names = ("weight", "bias")
    layer.load_state_dict(
        {n: torch.from_numpy(a.astype(np.float32)) for n, a in zip(names, inputs, strict=True)}
    )
    return layer


def _unshuffle(inputs: Sequence[Array], attributes: Mapping[str, Any]) -> Layers:
    """A PixelUnshuffle, which is exported as reshape to six axes, transposition, reshape back."""
    return [nn.PixelUnshuffle(int(inputs[0][3]))] if len(inputs[0]) == 6 else []


def _pool(inputs: Sequence[Array], attributes: Mapping[str, Any]) -> Layers:
    size, stride = attributes["kernel_shape"][0], attributes["strides"][0]
    return [nn.MaxPool2d(size, stride, ceil_mode=bool(attributes["ceil_mode"]))]


LAYERS: dict[str, Callable[[Sequence[Array], Mapping[str, Any]], Layers]] = {
    "Conv": _convolution,
    "Gemm": _linear,
    "Relu": lambda inputs, attributes: [nn.ReLU()],
    "MaxPool": _pool,
    "Flatten": lambda inputs, attributes: [nn.Flatten()],
    "Mul": lambda inputs, attributes: [Scale(float(inputs[0]))],
    "Reshape": _unshuffle,
    "Transpose": lambda inputs, attributes: [],
}
