"""The operators that a tenfold network can have: the shape that comes out, and what is allowed.

Narrower than ONNX: weights, shapes and places are constants, kernels fit the picture, and nothing
runs along the side of the tiles. So each shape is fixed but for the number of tiles, and each
tile's answer is its alone.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from tenfold.graph.onnx_file import FLOAT, FLOAT16, INT64, RANK_MAX, UINT8, Tensor
from tenfold.graph.values import (
    TILES,
    Shape,
    Value,
    along,
    axis_of,
    broadcast,
    constant_numbers,
    constant_of,
    shown,
)
from tenfold.graph.wire import GraphFault

Inputs = Sequence[Value]
Attributes = Mapping[str, Any]
Rule = Callable[[Inputs, Attributes], Value]


class Operator(NamedTuple):
    """`rule` gives the output; `inputs` are how many there may be; `attributes` which, and of
    which type."""

    rule: Rule
    inputs: tuple[int, ...]
    attributes: Mapping[str, type]


def _same(inputs: Inputs, attributes: Attributes) -> Value:
    return inputs[0]


def _each(inputs: Inputs, attributes: Attributes) -> Value:
    return Value(_computed(inputs[0]).shape, FLOAT)


def _pairs(inputs: Inputs, attributes: Attributes) -> Value:
    if any(value.type != FLOAT for value in inputs):  # runtimes divide integers by 0 and crash
        raise GraphFault("arithmetic on other types than float32")
    return Value(broadcast(inputs[0].shape, inputs[1].shape), FLOAT)


def _cast(inputs: Inputs, attributes: Attributes) -> Value:
    (value,) = inputs
    if attributes.get("to") != FLOAT or value.type not in (UINT8, FLOAT16, FLOAT):
        raise GraphFault(f"from type {value.type} to type {attributes.get('to')}")
    return Value(value.shape, FLOAT, value.constant)


def _constant(inputs: Inputs, attributes: Attributes) -> Value:
    if "value" not in attributes:
        raise GraphFault("no value")
    return constant_of(attributes["value"])


def _shape(inputs: Inputs, attributes: Attributes) -> Value:
    shape = inputs[0].shape
    return Value((len(shape),), INT64, numbers=shape)


def _constant_of_shape(inputs: Inputs, attributes: Attributes) -> Value:
    value: Tensor | None = attributes.get("value")
    if value is None or value.type != FLOAT or value.shape != (1,):
        raise GraphFault("a value that is no single float32")
    if inputs[0].constant or inputs[0].numbers is None:
        raise GraphFault("a shape that is not of another value")
    return Value(inputs[0].numbers, FLOAT)


def _softmax(inputs: Inputs, attributes: Attributes) -> Value:
    along(inputs[0].shape, attributes.get("axis", -1))
    return _each(inputs, attributes)


def _reshape(inputs: Inputs, attributes: Attributes) -> Value:
    value, shape = _computed(inputs[0]), list(constant_numbers(inputs[1]))
    if attributes.get("allowzero", 0) or value.shape[:1] != (TILES,) or len(shape) > RANK_MAX:
        raise GraphFault(f"a reshape of {shown(value.shape)}")
    if shape[:1] in ([0], [-1]):
        shape[0] = TILES
    if shape[:1] != [TILES] or min(shape[1:], default=1) < 1 or math.prod(shape[1:]) != value.size:
        raise GraphFault(f"from {shown(value.shape)} to {shown(tuple(shape))}")
    return Value(tuple(shape), FLOAT)


def _flatten(inputs: Inputs, attributes: Attributes) -> Value:
    value = _computed(inputs[0])
    if attributes.get("axis", 1) != 1 or value.shape[:1] != (TILES,):
        raise GraphFault(f"of {shown(value.shape)}")
    return Value((TILES, value.size), FLOAT)


def _transpose(inputs: Inputs, attributes: Attributes) -> Value:
    shape, order = _computed(inputs[0]).shape, attributes.get("perm", ())
    if sorted(order) != list(range(len(shape))):
        raise GraphFault(f"the order {list(order)[:RANK_MAX]} of {shown(shape)}")
    return Value(tuple(shape[axis] for axis in order), FLOAT)


def _unsqueeze(inputs: Inputs, attributes: Attributes) -> Value:
    value, axes = inputs[0], constant_numbers(inputs[1])
    rank = value.rank + len(axes)
    added = {axis_of(axis, rank) for axis in axes}
    if len(added) != len(axes) or rank > RANK_MAX:
        raise GraphFault(f"the axes {list(axes)[:RANK_MAX]} of {shown(value.shape)}")
    left = iter(value.shape)
    shape = tuple(1 if axis in added else next(left) for axis in range(rank))
    return Value(shape, value.type)


def _gather(inputs: Inputs, attributes: Attributes) -> Value:
    value, places = _computed(inputs[0]), constant_numbers(inputs[1])
    axis = along(value.shape, attributes.get("axis", 0))
    side = value.shape[axis]
    if any(not -side <= place < side for place in places):
        raise GraphFault(f"a place outside {side}")
    shape = (*value.shape[:axis], *inputs[1].shape, *value.shape[axis + 1 :])
    return Value(shape, FLOAT)


def _slice(inputs: Inputs, attributes: Attributes) -> Value:
    value = _computed(inputs[0])
    starts, ends, axes, steps = map(constant_numbers, inputs[1:])
    if len({len(starts), len(ends), len(axes), len(steps)}) != 1 or set(steps) != {1}:
        raise GraphFault("steps other than 1, or as many starts as ends")
    shape = list(value.shape)
    for start, end, axis in zip(starts, ends, axes, strict=True):
        axis = along(value.shape, axis)
        shape[axis] = len(range(shape[axis])[start:end])
    return Value(tuple(shape), FLOAT)


def _concat(inputs: Inputs, attributes: Attributes) -> Value:
    first = _computed(inputs[0]).shape
    axis = along(first, attributes.get("axis", 0))
    shapes = [[*_computed(value).shape] for value in inputs]
    sides = [shape.pop(axis) if len(shape) == len(first) else TILES for shape in shapes]
    if TILES in sides or any(shape != shapes[0] for shape in shapes):
        raise GraphFault("of other shapes")
    return Value((*first[:axis], sum(sides), *first[axis + 1 :]), FLOAT)


def _mean(inputs: Inputs, attributes: Attributes) -> Value:
    shape, axes = _computed(inputs[0]).shape, attributes.get("axes", ())
    gone = {along(shape, axis) for axis in axes}
    if not axes or len(gone) != len(axes):
        raise GraphFault(f"over the axes {list(axes)[:RANK_MAX]}")
    kept = attributes.get("keepdims", 1)
    sides = [(axis, side) for axis, side in enumerate(shape) if kept or axis not in gone]
    return Value(tuple(1 if axis in gone else side for axis, side in sides), FLOAT)


def _normalise(inputs: Inputs, attributes: Attributes) -> Value:
    value, *channels = inputs
    _picture(value)
    if attributes.get("training_mode", 0):
        raise GraphFault("in training")
    for each in channels:
        _weights(each, (value.shape[1],))
    return Value(value.shape, FLOAT)


def _linear(inputs: Inputs, attributes: Attributes) -> Value:
    value, weight = inputs[:2]
    if _computed(value).rank != 2 or weight.rank != 2 or attributes.get("transA", 0):
        raise GraphFault(f"of {shown(value.shape)} and {shown(weight.shape)}")
    outputs, features = weight.shape if attributes.get("transB", 0) else weight.shape[::-1]
    _weights(weight, weight.shape)
    for bias in inputs[2:]:
        _weights(bias, (outputs,))
    if value.shape != (TILES, features):
        raise GraphFault(f"of {shown(value.shape)} and {shown(weight.shape)}")
    return Value((TILES, outputs), FLOAT)


def _convolution(inputs: Inputs, attributes: Attributes) -> Value:
    value, weight = inputs[:2]
    _picture(value)
    if weight.rank != 4 or weight.shape[1] != value.shape[1] or attributes.get("group", 1) != 1:
        raise GraphFault(f"of {shown(value.shape)} and {shown(weight.shape)}")
    _weights(weight, weight.shape)
    for bias in inputs[2:]:
        _weights(bias, weight.shape[:1])
    kernel = weight.shape[2:]
    if attributes.get("kernel_shape", kernel) != kernel:
        raise GraphFault("a kernel of another shape than its weights")
    return Value((TILES, weight.shape[0], *_places(value.shape, kernel, attributes)), FLOAT)


def _pool(inputs: Inputs, attributes: Attributes) -> Value:
    shape = _picture(inputs[0]).shape
    return Value(
        (*shape[:2], *_places(shape, attributes.get("kernel_shape", ()), attributes)), FLOAT
    )


def _global_mean(inputs: Inputs, attributes: Attributes) -> Value:
    return Value((*_picture(inputs[0]).shape[:2], 1, 1), FLOAT)


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


def _computed(value: Value) -> Value:
    """A float32 that depends on the tiles: constants were computed when the model was written."""
    if value.constant or value.type != FLOAT:
        raise GraphFault("of a constant, or of another type than float32")
    return value


def _picture(value: Value) -> Value:
    """Float32 [n, channels, height, width]."""
    if _computed(value).rank != 4 or value.shape[0] != TILES:
        raise GraphFault(f"of shape {shown(value.shape)}")
    return value


def _weights(value: Value, shape: Shape) -> None:
    if not value.constant or value.type != FLOAT or value.shape != shape:
        raise GraphFault(f"weights that are no float32 constant of shape {shown(shape)}")


WINDOW = {"kernel_shape": tuple, "strides": tuple, "pads": tuple, "dilations": tuple}

OPERATORS: dict[str, Operator] = {
    "Add": Operator(_pairs, (2,), {}),
    "AveragePool": Operator(_pool, (1,), WINDOW | {"ceil_mode": int, "count_include_pad": int}),
    "BatchNormalization": Operator(
        _normalise, (5,), {"epsilon": float, "momentum": float, "training_mode": int}
    ),
    "Cast": Operator(_cast, (1,), {"to": int}),
    "Concat": Operator(_concat, tuple(range(1, 1025)), {"axis": int}),
    "Constant": Operator(_constant, (0,), {"value": Tensor}),
    "ConstantOfShape": Operator(_constant_of_shape, (1,), {"value": Tensor}),
    "Conv": Operator(_convolution, (2, 3), WINDOW | {"auto_pad": str, "group": int}),
    "Div": Operator(_pairs, (2,), {}),
    "Flatten": Operator(_flatten, (1,), {"axis": int}),
    "Gather": Operator(_gather, (2,), {"axis": int}),
    "Gemm": Operator(
        _linear, (2, 3), {"alpha": float, "beta": float, "transA": int, "transB": int}
    ),
    "GlobalAveragePool": Operator(_global_mean, (1,), {}),
    "Identity": Operator(_same, (1,), {}),
    "Log": Operator(_each, (1,), {}),
    "MaxPool": Operator(_pool, (1,), WINDOW | {"ceil_mode": int}),
    "Mul": Operator(_pairs, (2,), {}),
    "ReduceMean": Operator(_mean, (1,), {"axes": tuple, "keepdims": int}),
    "Relu": Operator(_each, (1,), {}),
    "Reshape": Operator(_reshape, (2,), {"allowzero": int}),
    "Shape": Operator(_shape, (1,), {}),
    "Sigmoid": Operator(_each, (1,), {}),
    "Slice": Operator(_slice, (5,), {}),
    "Softmax": Operator(_softmax, (1,), {"axis": int}),
    "Transpose": Operator(_transpose, (1,), {"perm": tuple}),
    "Unsqueeze": Operator(_unsqueeze, (2,), {}),
}
