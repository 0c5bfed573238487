"""What is known of a graph's values before any runtime sees it: type and shape."""

from __future__ import annotations

import math
from dataclasses import dataclass

from tenfold.graph.onnx_file import INT64, Tensor
from tenfold.graph.wire import GraphFault

TILES = -1  # the side along which tiles lie: as long as there are tiles

Shape = tuple[int, ...]


@dataclass(frozen=True)
class Value:
    """`constant` values are the same for all tiles. `numbers` are the content of constant int64
    values, and of a `Shape`, in which TILES stands for the number of tiles. `depth` counts the
    operators on the longest way to it."""

    shape: Shape
    type: int
    constant: bool = False
    numbers: Shape | None = None
    depth: int = 0

    @property
    def size(self) -> int:
        """How many numbers it has; for each tile, where it has the side of tiles."""
        return math.prod(side for side in self.shape if side != TILES)

    @property
    def rank(self) -> int:
        return len(self.shape)


def constant_of(tensor: Tensor) -> Value:
    numbers = None
    if tensor.type == INT64 and len(tensor.data) <= 8 * 64:  # shapes, axes and places
        numbers = tuple(
            int.from_bytes(tensor.data[at : at + 8], "little", signed=True)
            for at in range(0, len(tensor.data), 8)
        )
    return Value(tensor.shape, tensor.type, constant=True, numbers=numbers)


def constant_numbers(value: Value) -> Shape:
    """The content of a small int64 constant. Raises GraphFault for what is computed."""
    if not value.constant or value.numbers is None:
        raise GraphFault("a shape or place that is no small constant")
    return value.numbers


def axis_of(axis: int, rank: int) -> int:
    """`axis` counted from the front. Raises GraphFault."""
    if not -rank <= axis < rank:
        raise GraphFault(f"axis {axis} of {rank}")
    return axis % rank


def along(shape: Shape, axis: int) -> int:
    """`axis` counted from the front, which must not be that of the tiles: no answer depends on
    the other tiles that were asked for with it. Raises GraphFault."""
    axis = axis_of(axis, len(shape))
    if shape[axis] == TILES:
        raise GraphFault("mixes tiles")
    return axis


def broadcast(one: Shape, other: Shape) -> Shape:
    """The shape of an operation on each pair of numbers. Raises GraphFault."""
    rank = max(len(one), len(other))
    one, other = (1,) * (rank - len(one)) + one, (1,) * (rank - len(other)) + other
    if any(a != b and 1 not in (a, b) for a, b in zip(one, other, strict=True)):
        raise GraphFault(f"shapes {shown(one)} and {shown(other)} together")
    shape = tuple(b if a == 1 else a for a, b in zip(one, other, strict=True))
    if shape.count(TILES) > 1:
        raise GraphFault("mixes tiles")
    return shape


def shown(shape: Shape) -> str:
    return f"[{', '.join('n' if side == TILES else str(side) for side in shape)}]"
