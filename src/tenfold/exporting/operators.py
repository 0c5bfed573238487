"""Each ONNX operator that a tenfold network can have, as a step of the page or as a constant."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import onnx

from tenfold.exporting.network import (
    VALUES_MAX,
    Array,
    Attributes,
    Inputs,
    Network,
    Operator,
    Unsupported,
    Value,
)
from tenfold.exporting.windows import convolve, pool


def _reshaped(value: Value | Array, shape: list[int]) -> Value | Array:
    """Reshape: 0 keeps a side, -1 takes the rest."""
    old = value.shape
    sides = [old[i] if side == 0 else side for i, side in enumerate(shape)]
    if -1 in sides:
        sides[sides.index(-1)] = math.prod(old) // -math.prod(sides)
    if math.prod(sides) != math.prod(old):
        raise Unsupported(f"a reshape of {list(old)} to {shape}")
    if isinstance(value, Value):
        return Value(value.place, tuple(sides))
    return value.reshape(sides)


def _reshape(network: Network, inputs: Inputs, attributes: Attributes) -> Value | Array:
    return _reshaped(inputs[0], inputs[1].tolist())


def _flatten(network: Network, inputs: Inputs, attributes: Attributes) -> Value | Array:
    axis = attributes.get("axis", 1)
    return _reshaped(inputs[0], [math.prod(inputs[0].shape[:axis]), -1])


def _unsqueeze(network: Network, inputs: Inputs, attributes: Attributes) -> Value | Array:
    axes = inputs[1].tolist()
    rank = len(inputs[0].shape) + len(axes)
    added = {axis % rank for axis in axes}
    left = iter(inputs[0].shape)
    return _reshaped(inputs[0], [1 if axis in added else next(left) for axis in range(rank)])


def _same(network: Network, inputs: Inputs, attributes: Attributes) -> Value | Array:
    return inputs[0]


def _cast(network: Network, inputs: Inputs, attributes: Attributes) -> Value | Array:
    if isinstance(inputs[0], Value):
        if attributes["to"] != onnx.TensorProto.FLOAT:
            raise Unsupported("a cast to anything but float32")
        return inputs[0]
    return inputs[0].astype(onnx.helper.tensor_dtype_to_np_dtype(attributes["to"]))


def _constant(network: Network, inputs: Inputs, attributes: Attributes) -> Array:
    return np.asarray(attributes["value"])


def _shape(network: Network, inputs: Inputs, attributes: Attributes) -> Array:
    return np.array(inputs[0].shape, np.int64)


def _constant_of_shape(network: Network, inputs: Inputs, attributes: Attributes) -> Array:
    shape = [int(side) for side in inputs[0]]
    if math.prod(shape) > VALUES_MAX:
        raise Unsupported(f"an array of shape {shape}")
    return np.full(shape, np.asarray(attributes.get("value", 0.0)).ravel()[0])


def _picked(network: Network, value: Value, chosen: Callable[[Array], Array]) -> Value:
    """Some of the numbers, in another order: `chosen` does the same to their places."""
    places = chosen(np.arange(math.prod(value.shape)).reshape(value.shape))
    return network.step("pick", [value], places.shape, places=places.ravel().tolist())


def _transpose(network: Network, inputs: Inputs, attributes: Attributes) -> Value:
    return _picked(network, inputs[0], lambda places: places.transpose(attributes["perm"]))


def _gather(network: Network, inputs: Inputs, attributes: Attributes) -> Value | Array:
    axis = attributes.get("axis", 0)
    if isinstance(inputs[0], Value):
        return _picked(network, inputs[0], lambda places: places.take(inputs[1], axis))
    return inputs[0].take(inputs[1], axis)


def _slice(network: Network, inputs: Inputs, attributes: Attributes) -> Value:
    starts, ends, axes = (values.tolist() for values in inputs[1:4])
    steps = inputs[4].tolist() if len(inputs) > 4 else [1] * len(starts)
    window = [slice(None)] * len(inputs[0].shape)
    for start, end, axis, step in zip(starts, ends, axes, steps, strict=True):
        window[axis] = slice(start, end, step)
    return _picked(network, inputs[0], lambda places: places[tuple(window)])


def _concat(network: Network, inputs: Inputs, attributes: Attributes) -> Value:
    axis = attributes["axis"]
    first = inputs[0].shape
    if any(side != 1 for side in first[:axis]):
        raise Unsupported(f"a concatenation along axis {axis} of shape {list(first)}")
    total = sum(value.shape[axis] for value in inputs)
    return network.step("join", inputs, (*first[:axis], total, *first[axis + 1 :]))


def _mean(network: Network, inputs: Inputs, attributes: Attributes) -> Value:
    """Over neighbouring axes."""
    shape = inputs[0].shape
    given = inputs[1].tolist() if len(inputs) > 1 else attributes["axes"]
    axes = sorted(axis % len(shape) for axis in given)
    first, last = axes[0], axes[-1]
    if axes != list(range(first, last + 1)):
        raise Unsupported(f"a mean over the axes {axes}")
    kept = (1,) * len(axes) if attributes.get("keepdims", 1) else ()
    count, inner = math.prod(shape[first : last + 1]), math.prod(shape[last + 1 :])
    out = (*shape[:first], *kept, *shape[last + 1 :])
    return network.step("mean", inputs[:1], out, count=count, inner=inner)


def _global_mean(network: Network, inputs: Inputs, attributes: Attributes) -> Value:
    return _mean(network, inputs, {"axes": [2, 3]})


def _elementwise(op: str) -> Operator:
    def operator(network: Network, inputs: Inputs, attributes: Attributes) -> Value:
        return network.step(op, inputs, inputs[0].shape)

    return operator


def _softmax(network: Network, inputs: Inputs, attributes: Attributes) -> Value:
    shape = inputs[0].shape
    if attributes.get("axis", -1) % len(shape) != len(shape) - 1:
        raise Unsupported("a softmax along any but the last axis")
    return network.step("softmax", inputs, shape, size=shape[-1])


def _add(network: Network, inputs: Inputs, attributes: Attributes) -> Value:
    values = [value for value in inputs if isinstance(value, Value)]
    if len(values) == 2 and values[0].shape == values[1].shape:
        return network.step("add", values, values[0].shape)
    value, number = _with_number(inputs, "an addition")
    return network.step("scale", [value], value.shape, by=1.0, plus=number)


def _multiply(network: Network, inputs: Inputs, attributes: Attributes) -> Value:
    value, number = _with_number(inputs, "a product")
    return network.step("scale", [value], value.shape, by=number, plus=0.0)


def _divide(network: Network, inputs: Inputs, attributes: Attributes) -> Value:
    if not isinstance(inputs[0], Value):
        raise Unsupported("a division of a constant")
    value, number = _with_number(inputs, "a quotient")
    return network.step("scale", [value], value.shape, by=1 / number, plus=0.0)


def _with_number(inputs: Inputs, operation: str) -> tuple[Value, float]:
    """Split the operands into the computed one and the single number."""
    for value, other in (inputs, inputs[::-1]):
        if isinstance(value, Value) and not isinstance(other, Value) and np.size(other) == 1:
            return value, float(np.asarray(other).ravel()[0])
    raise Unsupported(f"{operation} of these shapes")


def _normalise(network: Network, inputs: Inputs, attributes: Attributes) -> Value:
    """Batch norm that export could not fold into a convolution."""
    scale, bias, mean, variance = (np.asarray(weights, np.float64) for weights in inputs[1:5])
    by = scale / np.sqrt(variance + attributes.get("epsilon", 1e-5))
    return network.step("channels", inputs[:1], inputs[0].shape, (by, bias - mean * by))


def _linear(network: Network, inputs: Inputs, attributes: Attributes) -> Value:
    value, weight = inputs[:2]
    if attributes.get("alpha", 1.0) != 1.0 or attributes.get("beta", 1.0) != 1.0:
        raise Unsupported("a Gemm with factors")
    if attributes.get("transA", 0) or len(value.shape) != 2:
        raise Unsupported(f"a Gemm of shape {list(value.shape)}")
    weight = weight if attributes.get("transB", 0) else weight.T
    bias = inputs[2] if len(inputs) > 2 else np.zeros(len(weight))
    if weight.shape != (bias.size, value.shape[1]):
        raise Unsupported(f"a Gemm with weights of shape {list(weight.shape)}")
    return network.step("linear", [value], (1, len(weight)), (weight, bias))


OPERATORS: dict[str, Operator] = {
    "Add": _add,
    "AveragePool": pool(average=True),
    "BatchNormalization": _normalise,
    "Cast": _cast,
    "Concat": _concat,
    "Constant": _constant,
    "ConstantOfShape": _constant_of_shape,
    "Conv": convolve,
    "Div": _divide,
    "Flatten": _flatten,
    "Gather": _gather,
    "Gemm": _linear,
    "GlobalAveragePool": _global_mean,
    "Identity": _same,
    "Log": _elementwise("log"),
    "MaxPool": pool(average=False),
    "Mul": _multiply,
    "ReduceMean": _mean,
    "Relu": _elementwise("relu"),
    "Reshape": _reshape,
    "Shape": _shape,
    "Sigmoid": _elementwise("sigmoid"),
    "Slice": _slice,
    "Softmax": _softmax,
    "Transpose": _transpose,
    "Unsqueeze": _unsqueeze,
}
