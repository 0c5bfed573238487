"""From tenfold's ONNX graphs to the steps that static/network.js takes, for one tile at a time.

Shapes are followed and constants folded here, so that the page knows a dozen operations and no
shapes but those of convolution and pooling. Each operator that a tenfold network can have is
supported; another is refused by name.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import numpy_helper

from tenfold.digits import CLASSES, SIDE
from tenfold.errors import ModelError
from tenfold.model_folder import ModelFolder

VALUES_MAX = 1 << 22  # numbers in one array of the page: 16 MB
HINT = "serve it instead: tenfold serve --model ..."

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Value:
    """What the page computes: its place among the page's arrays, and its shape."""

    place: int
    shape: tuple[int, ...]


@dataclass
class Network:
    """`steps` as network.js wants them; `sizes` of the arrays that they fill, the tile's first;
    `weights`, bytes of which `tables` says which are whose; `outputs`, places."""

    steps: list[dict[str, Any]] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    tables: list[dict[str, Any]] = field(default_factory=list)
    weights: bytearray = field(default_factory=bytearray)
    outputs: list[int] = field(default_factory=list)

    def value(self, shape: tuple[int, ...]) -> Value:
        if not shape or math.prod(shape) > VALUES_MAX or min(shape) < 1:
            raise _Unsupported(f"an array of shape {list(shape)}")
        self.sizes.append(math.prod(shape))
        return Value(len(self.sizes) - 1, shape)

    def step(
        self,
        op: str,
        inputs: list[Value],
        shape: tuple[int, ...],
        weights: tuple[Array, ...] = (),
        **rest: Any,
    ) -> Value:
        out = self.value(shape)
        used = [self._stored(weight) for weight in weights]
        from_ = [value.place for value in inputs]
        self.steps.append({"op": op, "from": from_, "to": out.place, "weights": used, **rest})
        return out

    def _stored(self, weight: Array) -> int:
        """In half precision where that loses nothing."""
        whole = np.ascontiguousarray(weight, "<f4")
        with np.errstate(over="ignore"):
            half = whole.astype("<f2")
        exact = bool(np.isfinite(whole).all() and np.array_equal(half.astype("<f4"), whole))
        self.tables.append({"at": len(self.weights), "count": whole.size, "half": exact})
        self.weights += (half if exact else whole).tobytes()
        return len(self.tables) - 1


class _Unsupported(Exception):
    """What the page has no operation for."""


def network_of(model: ModelFolder) -> Network:
    """Raises ModelError for a graph that the page cannot run."""
    name = f"{model.path}: model.onnx"
    try:
        graph = onnx.load_from_string(model.graph).graph
        return _lowered(graph)
    except _Unsupported as problem:
        raise ModelError(f"{name}: the page has no way to run {problem}", hint=HINT) from None
    except Exception as problem:  # protobuf's, numpy's and our own lookups share no base class
        raise ModelError(f"{name}: broken graph: {problem!r}", hint=HINT) from problem


def _lowered(graph: onnx.GraphProto) -> Network:
    network = Network()
    known: dict[str, Value | Array] = {"images": network.value((1, SIDE, SIDE))}
    known |= {weight.name: numpy_helper.to_array(weight) for weight in graph.initializer}
    for node in graph.node:
        inputs = [known[name] if name else None for name in node.input]
        attributes = {one.name: _attribute(one) for one in node.attribute}
        if node.op_type not in OPERATORS or len(node.output) != 1:
            raise _Unsupported(f"the operator {node.op_type}")
        known[node.output[0]] = OPERATORS[node.op_type](network, inputs, attributes)
    for name, shape in (("probabilities", (1, CLASSES)), ("is_digit", (1,))):
        value = known[name]
        if not isinstance(value, Value):
            value = network.step("constant", [], np.shape(value), (np.asarray(value),))
        if value.shape != shape:
            raise _Unsupported(f"an output {name} of shape {list(value.shape)}")
        network.outputs.append(value.place)
    return network


def _attribute(attribute: onnx.AttributeProto) -> Any:
    value = onnx.helper.get_attribute_value(attribute)
    return numpy_helper.to_array(value) if isinstance(value, onnx.TensorProto) else value


# ---------------------------------------------------------------- operators

Inputs = list[Any]  # Value | Array | None, as the operator has them
Attributes = Mapping[str, Any]
Operator = Callable[[Network, Inputs, Attributes], Value | Array]


def _reshaped(value: Value | Array, shape: list[int]) -> Value | Array:
    """The same numbers: 0 keeps a side, -1 is what is left."""
    old = value.shape
    sides = [old[i] if side == 0 else side for i, side in enumerate(shape)]
    if -1 in sides:
        sides[sides.index(-1)] = math.prod(old) // -math.prod(sides)
    if math.prod(sides) != math.prod(old):
        raise _Unsupported(f"a reshape of {list(old)} to {shape}")
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
            raise _Unsupported("a cast to anything but float32")
        return inputs[0]
    return inputs[0].astype(onnx.helper.tensor_dtype_to_np_dtype(attributes["to"]))


def _constant(network: Network, inputs: Inputs, attributes: Attributes) -> Array:
    return np.asarray(attributes["value"])


def _shape(network: Network, inputs: Inputs, attributes: Attributes) -> Array:
    return np.array(inputs[0].shape, np.int64)


def _constant_of_shape(network: Network, inputs: Inputs, attributes: Attributes) -> Array:
    shape = [int(side) for side in inputs[0]]
    if math.prod(shape) > VALUES_MAX:
        raise _Unsupported(f"an array of shape {shape}")
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
        raise _Unsupported(f"a concatenation along axis {axis} of shape {list(first)}")
    total = sum(value.shape[axis] for value in inputs)
    return network.step("join", inputs, (*first[:axis], total, *first[axis + 1 :]))


def _mean(network: Network, inputs: Inputs, attributes: Attributes) -> Value:
    """Over neighbouring axes."""
    shape = inputs[0].shape
    given = inputs[1].tolist() if len(inputs) > 1 else attributes["axes"]
    axes = sorted(axis % len(shape) for axis in given)
    first, last = axes[0], axes[-1]
    if axes != list(range(first, last + 1)):
        raise _Unsupported(f"a mean over the axes {axes}")
    kept = (1,) * len(axes) if attributes.get("keepdims", 1) else ()
    count, inner = math.prod(shape[first : last + 1]), math.prod(shape[last + 1 :])
    out = (*shape[:first], *kept, *shape[last + 1 :])
    return network.step("mean", inputs[:1], out, count=count, inner=inner)


def _global_mean(network: Network, inputs: Inputs, attributes: Attributes) -> Value:
    return _mean(network, inputs, {"axes": [2, 3]})


def _each(op: str) -> Operator:
    def operator(network: Network, inputs: Inputs, attributes: Attributes) -> Value:
        return network.step(op, inputs, inputs[0].shape)

    return operator


def _softmax(network: Network, inputs: Inputs, attributes: Attributes) -> Value:
    shape = inputs[0].shape
    if attributes.get("axis", -1) % len(shape) != len(shape) - 1:
        raise _Unsupported("a softmax along any but the last axis")
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
        raise _Unsupported("a division of a constant")
    value, number = _with_number(inputs, "a quotient")
    return network.step("scale", [value], value.shape, by=1 / number, plus=0.0)


def _with_number(inputs: Inputs, what: str) -> tuple[Value, float]:
    """An operand that is computed, and one that is a single number."""
    for value, other in (inputs, inputs[::-1]):
        if isinstance(value, Value) and not isinstance(other, Value) and np.size(other) == 1:
            return value, float(np.asarray(other).ravel()[0])
    raise _Unsupported(f"{what} of these shapes")


def _normalise(network: Network, inputs: Inputs, attributes: Attributes) -> Value:
    """Batch norm that export could not fold into a convolution."""
    scale, bias, mean, variance = (np.asarray(one, np.float64) for one in inputs[1:5])
    by = scale / np.sqrt(variance + attributes.get("epsilon", 1e-5))
    return network.step("channels", inputs[:1], inputs[0].shape, (by, bias - mean * by))


def _linear(network: Network, inputs: Inputs, attributes: Attributes) -> Value:
    value, weight = inputs[:2]
    if attributes.get("alpha", 1.0) != 1.0 or attributes.get("beta", 1.0) != 1.0:
        raise _Unsupported("a Gemm with factors")
    if attributes.get("transA", 0) or len(value.shape) != 2:
        raise _Unsupported(f"a Gemm of shape {list(value.shape)}")
    weight = weight if attributes.get("transB", 0) else weight.T
    bias = inputs[2] if len(inputs) > 2 else np.zeros(len(weight))
    if weight.shape != (bias.size, value.shape[1]):
        raise _Unsupported(f"a Gemm with weights of shape {list(weight.shape)}")
    return network.step("linear", [value], (1, len(weight)), (weight, bias))


def _convolve(network: Network, inputs: Inputs, attributes: Attributes) -> Value:
    weight = inputs[1]
    if attributes.get("group", 1) != 1 or weight.ndim != 4:
        raise _Unsupported("a convolution in groups or not in two dimensions")
    if weight.shape[1] != inputs[0].shape[1]:
        raise _Unsupported(f"a convolution with weights of shape {list(weight.shape)}")
    bias = inputs[2] if len(inputs) > 2 else np.zeros(len(weight))
    window = _window(inputs[0].shape, weight.shape[2:], attributes)
    shape = (1, len(weight), *window.pop("sides"))
    return network.step(
        "conv", inputs[:1], shape, (weight, bias), **window, input=inputs[0].shape[1:],
        output=shape[1:],
    )  # fmt: skip


def _pool(*, average: bool) -> Operator:
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
    """Where a kernel moves over [1, channels, height, width], and the sides of what comes out."""
    strides = list(attributes.get("strides", [1, 1]))
    pads = list(attributes.get("pads", [0] * 4))
    if any(side != 1 for side in attributes.get("dilations", [1, 1])):
        raise _Unsupported("a dilated kernel")
    if len(shape) != 4:
        raise _Unsupported(f"a kernel over shape {list(shape)}")
    if (auto := attributes.get("auto_pad", b"NOTSET")) == b"SAME_UPPER":
        pads = _same_pads(shape[2:], kernel, strides)
    elif auto not in (b"NOTSET", b"VALID"):
        raise _Unsupported(f"padding of the kind {auto.decode()}")
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
    """As many outputs as inputs, by the stride; the odd one goes after."""
    totals = [
        max(0, (math.ceil(side / stride) - 1) * stride + size - side)
        for side, size, stride in zip(shape, kernel, strides, strict=True)
    ]
    return [total // 2 for total in totals] + [total - total // 2 for total in totals]


OPERATORS: dict[str, Operator] = {
    "Add": _add,
    "AveragePool": _pool(average=True),
    "BatchNormalization": _normalise,
    "Cast": _cast,
    "Concat": _concat,
    "Constant": _constant,
    "ConstantOfShape": _constant_of_shape,
    "Conv": _convolve,
    "Div": _divide,
    "Dropout": _same,
    "Flatten": _flatten,
    "Gather": _gather,
    "Gemm": _linear,
    "GlobalAveragePool": _global_mean,
    "Identity": _same,
    "Log": _each("log"),
    "MaxPool": _pool(average=False),
    "Mul": _multiply,
    "ReduceMean": _mean,
    "Relu": _each("relu"),
    "Reshape": _reshape,
    "Shape": _shape,
    "Sigmoid": _each("sigmoid"),
    "Slice": _slice,
    "Softmax": _softmax,
    "Transpose": _transpose,
    "Unsqueeze": _unsqueeze,
}
