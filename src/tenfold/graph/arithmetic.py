"""Shape rules of the operators that compute: elementwise, constants, means, softmax, linear."""

from __future__ import annotations

from tenfold.graph.onnx_file import FLOAT, FLOAT16, RANK_MAX, UINT8, Tensor
from tenfold.graph.rule import Attributes, Inputs, check_weights, computed, picture
from tenfold.graph.values import TILES, Value, along, broadcast, constant_of, shown
from tenfold.graph.wire import GraphFault


def elementwise(inputs: Inputs, attributes: Attributes) -> Value:
    """A function of each number: same shape."""
    return Value(computed(inputs[0]).shape, FLOAT)


def binary(inputs: Inputs, attributes: Attributes) -> Value:
    """An operation on pairs of float32 numbers, with broadcasting."""
    if any(value.type != FLOAT for value in inputs):  # runtimes divide integers by 0 and crash
        raise GraphFault("arithmetic on other types than float32")
    return Value(broadcast(inputs[0].shape, inputs[1].shape), FLOAT)


def cast(inputs: Inputs, attributes: Attributes) -> Value:
    """A conversion to float32."""
    (value,) = inputs
    if attributes.get("to") != FLOAT or value.type not in (UINT8, FLOAT16, FLOAT):
        raise GraphFault(f"from type {value.type} to type {attributes.get('to')}")
    return Value(value.shape, FLOAT, value.constant)


def constant(inputs: Inputs, attributes: Attributes) -> Value:
    """A constant in the graph."""
    if "value" not in attributes:
        raise GraphFault("no value")
    return constant_of(attributes["value"])


def constant_of_shape(inputs: Inputs, attributes: Attributes) -> Value:
    """A float32 array of the shape of another value."""
    value: Tensor | None = attributes.get("value")
    if value is None or value.type != FLOAT or value.shape != (1,):
        raise GraphFault("a value that is no single float32")
    if inputs[0].constant or inputs[0].numbers is None:
        raise GraphFault("a shape that is not of another value")
    return Value(inputs[0].numbers, FLOAT)


def softmax(inputs: Inputs, attributes: Attributes) -> Value:
    """A softmax, along any axis but that of the tiles."""
    along(inputs[0].shape, attributes.get("axis", -1))
    return elementwise(inputs, attributes)


def mean(inputs: Inputs, attributes: Attributes) -> Value:
    """A mean over axes, that of the tiles excluded."""
    shape, axes = computed(inputs[0]).shape, attributes.get("axes", ())
    gone = {along(shape, axis) for axis in axes}
    if not axes or len(gone) != len(axes):
        raise GraphFault(f"over the axes {list(axes)[:RANK_MAX]}")
    kept = attributes.get("keepdims", 1)
    sides = [(axis, side) for axis, side in enumerate(shape) if kept or axis not in gone]
    return Value(tuple(1 if axis in gone else side for axis, side in sides), FLOAT)


def batch_norm(inputs: Inputs, attributes: Attributes) -> Value:
    """Batch normalisation with stored statistics."""
    value, *channels = inputs
    picture(value)
    if attributes.get("training_mode", 0):
        raise GraphFault("in training")
    for weights in channels:
        check_weights(weights, (value.shape[1],))
    return Value(value.shape, FLOAT)


def linear(inputs: Inputs, attributes: Attributes) -> Value:
    """A matrix product with constant weights, and a bias."""
    value, weight = inputs[:2]
    if computed(value).rank != 2 or weight.rank != 2 or attributes.get("transA", 0):
        raise GraphFault(f"of {shown(value.shape)} and {shown(weight.shape)}")
    outputs, features = weight.shape if attributes.get("transB", 0) else weight.shape[::-1]
    check_weights(weight, weight.shape)
    for bias in inputs[2:]:
        check_weights(bias, (outputs,))
    if value.shape != (TILES, features):
        raise GraphFault(f"of {shown(value.shape)} and {shown(weight.shape)}")
    return Value((TILES, outputs), FLOAT)
