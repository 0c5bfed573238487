"""The locator as an ONNX graph: uint8 pages in, cells out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from onnx import TensorProto
from torch import nn

from tenfold.training.networks.locator import OUTPUTS, PATCH, Locator
from tenfold.training.strips.to_onnx import OnnxGraph

MIDDLE = 128.0  # levels: the local mean of a page


def onnx_graph(network: Locator) -> bytes:
    """The ONNX file of a network of `deployed`: input `pages` uint8 [n, h, w], h and w multiples of
    8; output `cells` float32 [n, 8, h/4, w/4]."""
    graph = OnnxGraph()
    x = graph.add("Cast", ["pages"], to=TensorProto.FLOAT)
    x = graph.add("Unsqueeze", [x, graph.constant(np.array([1], np.int64))])
    x = graph.add("Mul", [x, graph.constant(np.array(1 / MIDDLE, np.float32))])
    x = graph.add("Add", [x, graph.constant(np.array(-1, np.float32))])
    stem = network.stem[0]
    assert isinstance(stem, nn.Conv2d)
    x = graph.add("Relu", [graph.convolution(x, as_one_layer(stem))])
    near = _layers(graph, x, list(network.near))
    far = _layers(graph, near, [network.down])
    for layer in network.far:
        far = graph.add("Add", [far, _layers(graph, far, [layer])])
    fine = graph.convolution(far, network.from_far)
    fine = graph.add("DepthToSpace", [fine], blocksize=2, mode="CRD")
    graph.add("Add", [fine, graph.convolution(near, network.from_near)], "cells")
    return graph.file(
        "locator",
        [("pages", TensorProto.UINT8, ["n", "h", "w"])],
        [("cells", TensorProto.FLOAT, ["n", OUTPUTS, "h / 4", "w / 4"])],
    )


def as_one_layer(stem: nn.Conv2d) -> nn.Conv2d:
    """The first layer, 3 by 3 over patches, as a convolution of the page itself."""
    outputs = stem.out_channels
    parts = stem.weight.detach().view(outputs, PATCH, PATCH, 3, 3)  # [o, dy, dx, ky, kx]
    whole = nn.Conv2d(1, outputs, 3 * PATCH, stride=PATCH, padding=PATCH)
    assert stem.bias is not None
    assert whole.bias is not None
    with torch.no_grad():
        side = 3 * PATCH
        whole.weight.copy_(parts.permute(0, 3, 1, 4, 2).reshape(outputs, 1, side, side))
        whole.bias.copy_(stem.bias)
    return whole


def _layers(graph: OnnxGraph, x: str, layers: Sequence[nn.Module]) -> str:
    for layer in layers:
        assert isinstance(layer, nn.Sequential)
        convolution = layer[0]
        assert isinstance(convolution, nn.Conv2d)
        x = graph.add("Relu", [graph.convolution(x, convolution)])
    return x
