"""The network that static/network.js runs: steps over arrays of one tile, and their weights."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

VALUES_MAX = 1 << 22  # numbers in one array of the page: 16 MB

Array = npt.NDArray[Any]


class Unsupported(Exception):
    """An operator, or a form of it, that the page cannot run."""


@dataclass(frozen=True)
class Value:
    """An array that the page computes: its place among the page's arrays, and its shape."""

    place: int
    shape: tuple[int, ...]


@dataclass
class Network:
    """The steps as network.js takes them, and their arrays.

    `sizes`: the lengths of the arrays that the steps fill, the tile's first. `tables`: the place of
    each array of weights in the bytes `weights`. `outputs`: places of the outputs.
    """

    steps: list[dict[str, Any]] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    tables: list[dict[str, Any]] = field(default_factory=list)
    weights: bytearray = field(default_factory=bytearray)
    outputs: list[int] = field(default_factory=list)

    def value(self, shape: tuple[int, ...]) -> Value:
        """Add an array of that shape. Raises Unsupported where it is empty or too large."""
        if not shape or math.prod(shape) > VALUES_MAX or min(shape) < 1:
            raise Unsupported(f"an array of shape {list(shape)}")
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
        """Add a step, its weights, and the array that it fills. Raises Unsupported."""
        out = self.value(shape)
        used = [self._stored(weight) for weight in weights]
        from_ = [value.place for value in inputs]
        self.steps.append({"op": op, "from": from_, "to": out.place, "weights": used, **rest})
        return out

    def _stored(self, weight: Array) -> int:
        """Store weights, in half precision where that loses nothing; gives their table's index."""
        whole = np.ascontiguousarray(weight, "<f4")
        with np.errstate(over="ignore"):
            half = whole.astype("<f2")
        exact = bool(np.isfinite(whole).all() and np.array_equal(half.astype("<f4"), whole))
        self.tables.append({"at": len(self.weights), "count": whole.size, "half": exact})
        self.weights += (half if exact else whole).tobytes()
        return len(self.tables) - 1


Inputs = list[Any]  # Value | Array | None, as the operator has them
Attributes = Mapping[str, Any]
Operator = Callable[[Network, Inputs, Attributes], Value | Array]
