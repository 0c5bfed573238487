"""The weights of a string reader's graph as the start of a network, which may have more blocks.

A graph has its batch norms folded into the convolutions. Here they are found again: norms are given
the mean and the variance that each convolution has on some strips, and a scale and a shift that
undo them. Blocks that the graph lacks begin with little weight, so that at first the network reads
hardly worse than the graph does.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import onnx
import torch
from onnx import numpy_helper
from torch import Tensor, nn

from tenfold.training.strips.network import Convolution, Residual, StripNetwork, channels_of
from tenfold.training.strips.upright import UprightNetwork

NEW = 0.1  # scale of the norm of a block that the graph lacks

Filters = tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]  # weights, and a shift for each


@torch.no_grad()
def start_from(network: StripNetwork | UprightNetwork, graph: bytes, inputs: Tensor) -> None:
    """Give the network the weights of a graph of `to_onnx.onnx_graph`, in place. Its blocks have to
    be among those of the network, in the same order; `inputs` are strips, float [n, 1, 32, w].

    Raises ValueError for a graph of other blocks.
    """
    known = list(_convolutions(graph))
    first = next(layer for layer in network.body.modules() if isinstance(layer, nn.Conv2d))
    known[0] = _with_channels(known[0], first.in_channels)
    x = channels_of(inputs)[:, : first.in_channels]
    for block in network.body:
        inner = block.inner if isinstance(block, Residual) else block
        assert isinstance(inner, Convolution)
        assert isinstance(inner[0], nn.Conv2d)
        shape = tuple(inner[0].weight.shape)
        filters = known.pop(0) if known and known[0][0].shape == shape else None
        y = _restored(inner, filters, x)
        x = x + y if isinstance(block, Residual) else y
    head = network.head
    if len(known) != 1 or known[0][0].shape != tuple(head.weight.shape):
        raise ValueError("the graph has blocks that the network lacks")
    assert head.bias is not None
    head.weight.copy_(torch.from_numpy(known[0][0]))
    head.bias.copy_(torch.from_numpy(known[0][1]))


def _convolutions(graph: bytes) -> Iterator[Filters]:
    """The filters of a graph from its input to its output."""
    model = onnx.load_from_string(graph).graph
    stored = {entry.name: numpy_helper.to_array(entry) for entry in model.initializer}
    for node in model.node:
        if node.op_type == "Cast" and node.input[0] in stored:
            stored[node.output[0]] = stored[node.input[0]].astype(np.float32)
        elif node.op_type == "Conv":
            yield stored[node.input[1]], stored[node.input[2]]


def _with_channels(filters: Filters, count: int) -> Filters:
    """The filters, blind at first to channels that the graph's first convolution lacks."""
    missing = count - filters[0].shape[1]
    return np.pad(filters[0], ((0, 0), (0, missing), (0, 0), (0, 0))), filters[1]


def _restored(block: Convolution, filters: Filters | None, x: Tensor) -> Tensor:
    """Fill a block, and give its output for `x`."""
    convolution, norm = block[0], block[1]
    assert isinstance(convolution, nn.Conv2d)
    assert isinstance(norm, nn.BatchNorm2d)
    assert norm.running_mean is not None
    assert norm.running_var is not None
    if filters is not None:
        convolution.weight.copy_(torch.from_numpy(filters[0]))
    weight = convolution.weight
    factor = math.sqrt(len(weight)) / float(weight.norm())  # the norm that Muon keeps filters at
    weight.mul_(factor)
    y = convolution(x)
    mean, variance = y.mean((0, 2, 3)), y.var((0, 2, 3), unbiased=False)
    norm.running_mean.copy_(mean)
    norm.running_var.copy_(variance)
    norm.bias.zero_()
    norm.weight.fill_(NEW)
    if filters is not None:
        norm.weight.copy_((variance + norm.eps).sqrt() / factor)
        norm.bias.copy_(torch.from_numpy(filters[1]) + mean / factor)
    scaled = (y - mean[:, None, None]) * (norm.weight / (variance + norm.eps).sqrt())[:, None, None]
    return torch.relu(scaled + norm.bias[:, None, None])
