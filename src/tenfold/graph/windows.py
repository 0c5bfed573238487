"""Shape rules of convolution and pooling: how often a kernel fits each side of an image."""

from __future__ import annotations

from tenfold.graph.onnx_file import FLOAT
from tenfold.graph.rule import Attributes, Inputs, check_weights, picture
from tenfold.graph.values import TILES, Shape, Value, shown
from tenfold.graph.wire import GraphFault


def convolution(inputs: Inputs, attributes: Attributes) -> Value:
    """A convolution without groups, with constant weights."""
    value, weight = inputs[:2]
    picture(value)
    if weight.rank != 4 or weight.shape[1] != value.shape[1] or attributes.get("group", 1) != 1:
        raise GraphFault(f"of {shown(value.shape)} and {shown(weight.shape)}")
    check_weights(weight, weight.shape)
    for bias in inputs[2:]:
        check_weights(bias, weight.shape[:1])
    kernel = weight.shape[2:]
    if attributes.get("kernel_shape", kernel) != kernel:
        raise GraphFault("a kernel of another shape than its weights")
    return Value((TILES, weight.shape[0], *_places(value.shape, kernel, attributes)), FLOAT)


def pool(inputs: Inputs, attributes: Attributes) -> Value:
    """Average or maximum pooling."""
    shape = picture(inputs[0]).shape
    return Value(
        (*shape[:2], *_places(shape, attributes.get("kernel_shape", ()), attributes)), FLOAT
    )


def global_mean(inputs: Inputs, attributes: Attributes) -> Value:
    """The mean of each channel: [n, channels, 1, 1]."""
    return Value((*picture(inputs[0]).shape[:2], 1, 1), FLOAT)


def _places(shape: Shape, kernel: Shape, attributes: Attributes) -> Shape:
    """How often a kernel fits each side of a picture. Raises GraphFault."""
    strides, pads = attributes.get("strides", (1, 1)), attributes.get("pads", (0,) * 4)
    dilations, automatic = attributes.get("dilations", (1, 1)), attributes.get("auto_pad", "NOTSET")
    plain = len(kernel) == 2 and len(strides) == 2 and len(pads) == 4 and dilations == (1, 1)
    if not plain or min(*strides, *kernel) < 1 or max(strides) > max(shape[2:]):
        raise GraphFault("a kernel, strides, padding or dilations out of range")
    if automatic == "SAME_UPPER" and strides == (1, 1) and not any(pads):
        if any(size > side for size, side in zip(kernel, shape[2:], strict=True)):
            raise GraphFault("a kernel larger than the picture")
        return shape[2:]
    if automatic != "NOTSET":  # runtimes do not agree about other strides
        raise GraphFault(f"padding of the kind {automatic!r:.40}, or with other strides than 1")
    if any(not 0 <= pad < size for pad, size in zip(pads, kernel * 2, strict=True)):
        raise GraphFault("padding wider than its kernel")
    sides = []
    for side, size, stride, before, after in zip(
        shape[2:], kernel, strides, pads[:2], pads[2:], strict=True
    ):
        free = side + before + after - size
        if free < 0:
            raise GraphFault(f"a kernel of {size} on a side of {side}")
        places = free // stride + 1
        # rounded up, but no window begins beyond the picture and its padding
        beyond = attributes.get("ceil_mode", 0) and free % stride
        sides.append(places + 1 if beyond and places * stride < side + before else places)
    return tuple(sides)
