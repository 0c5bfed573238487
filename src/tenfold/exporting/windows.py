"""Convolution and pooling: where a kernel moves over a picture, and what size comes out."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tenfold.exporting.network import Attributes, Inputs, Network, Operator, Unsupported, Value


def convolve(network: Network, inputs: Inputs, attributes: Attributes) -> Value:
    """Add a step for ONNX's Conv: inputs [1, channels, height, width], weights [outputs, channels,
    height, width], and perhaps a bias [outputs]. Raises Unsupported."""
    weight = inputs[1]
    if attributes.get("group", 1) != 1 or weight.ndim != 4:
        raise Unsupported("a convolution in groups or not in two dimensions")
    if weight.shape[1] != inputs[0].shape[1]:
        raise Unsupported(f"a convolution with weights of shape {list(weight.shape)}")
    bias = inputs[2] if len(inputs) > 2 else np.zeros(len(weight))
    window = _window(inputs[0].shape, weight.shape[2:], attributes)
    shape = (1, len(weight), *window.pop("sides"))
    return network.step(
        "conv", inputs[:1], shape, (weight, bias), **window, input=inputs[0].shape[1:],
        output=shape[1:],
    )  # fmt: skip


def pool(*, average: bool) -> Operator:
    """Make the operator for ONNX's AveragePool or MaxPool, over [1, channels, height, width]."""

    def operator(network: Network, inputs: Inputs, attributes: Attributes) -> Value:
        window = _window(inputs[0].shape, attributes["kernel_shape"], attributes)
        shape = (1, inputs[0].shape[1], *window.pop("sides"))
        padding = bool(attributes.get("count_include_pad", 0))
        return network.step(
            "pool", inputs[:1], shape, **window, input=inputs[0].shape[1:], output=shape[1:],
            average=average, padding=padding,
        )  # fmt: skip

    return operator


def _window(shape: tuple[int, ...], kernel: Any, attributes: Attributes) -> dict[str, Any]:
    """The window of a kernel over [1, channels, height, width], and the sides of its output."""
    strides = list(attributes.get("strides", [1, 1]))
    pads = list(attributes.get("pads", [0] * 4))
    if any(side != 1 for side in attributes.get("dilations", [1, 1])):
        raise Unsupported("a dilated kernel")
    if len(shape) != 4:
        raise Unsupported(f"a kernel over shape {list(shape)}")
    if (auto := attributes.get("auto_pad", b"NOTSET")) == b"SAME_UPPER":
        pads = _same_pads(shape[2:], kernel, strides)
    elif auto not in (b"NOTSET", b"VALID"):
        raise Unsupported(f"padding of the kind {auto.decode()}")
    up = attributes.get("ceil_mode", 0)
    sides = []
    for side, size, stride, before, after in zip(
        shape[2:], kernel, strides, pads[:2], pads[2:], strict=True
    ):
        free = side + before + after - size
        places = free // stride + 1
        # rounded up, but no window begins beyond the picture and its padding
        if up and free % stride and places * stride < side + before:
            places += 1
        sides.append(places)
    return {"kernel": list(kernel), "strides": strides, "pads": pads, "sides": tuple(sides)}


def _same_pads(shape: tuple[int, ...], kernel: Any, strides: list[int]) -> list[int]:
    """Pads that keep the number of places, divided by the stride; an odd pad goes after."""
    totals = [
        max(0, (math.ceil(side / stride) - 1) * stride + size - side)
        for side, size, stride in zip(shape, kernel, strides, strict=True)
    ]
    return [total // 2 for total in totals] + [total - total // 2 for total in totals]
