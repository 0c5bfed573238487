"""A shape rule of an operator: from the values that go in to the value that comes out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tenfold.graph.onnx_file import FLOAT
from tenfold.graph.values import TILES, Shape, Value, shown
from tenfold.graph.wire import GraphFault

Inputs = Sequence[Value]
Attributes = Mapping[str, Any]
Rule = Callable[[Inputs, Attributes], Value]


def computed(value: Value) -> Value:
    """A float32 that depends on the tiles: constants were computed when the model was written."""
    if value.constant or value.type != FLOAT:
        raise GraphFault("of a constant, or of another type than float32")
    return value


def picture(value: Value) -> Value:
    """Float32 [n, channels, height, width]."""
    if computed(value).rank != 4 or value.shape[0] != TILES:
        raise GraphFault(f"of shape {shown(value.shape)}")
    return value


def check_weights(value: Value, shape: Shape) -> None:
    """Raise GraphFault unless `value` is a float32 constant of this shape."""
    if not value.constant or value.type != FLOAT or value.shape != shape:
        raise GraphFault(f"weights that are no float32 constant of shape {shown(shape)}")
