"""Values of a graph as they are known before any runtime sees it: type and shape."""

from __future__ import annotations

import math
from dataclasses import dataclass

from tenfold.graph.onnx_file import INT64, Tensor
from tenfold.graph.wire import GraphFault

TILES = -1  # the side along which tiles lie: as long as there are tiles

Shape = tuple[int, ...]


@dataclass(frozen=True)
class Value:
    """Type and shape of a value of the graph; `constant` values are the same for all tiles.

    `numbers` are the content of constant int64 values, and of the output of `Shape`, in which TILES
    stands for the number of tiles. `depth` counts the operators on the longest path to the value.
    """

    shape: Shape
    type: int
    constant: bool = False
    numbers: Shape | None = None
    depth: int = 0

    @property
    def size(self) -> int:
        """The count of its numbers; for each tile, where it has the axis of tiles."""
        return math.prod(side for side in self.shape if side != TILES)

    @property
    def rank(self) -> int:
        return len(self.shape)


def constant_of(tensor: Tensor) -> Value:
    """Describe a stored tensor as a constant value."""
    numbers = None
    if tensor.type == INT64 and len(tensor.data) <= 8 * 64:  # shapes, axes and places
        numbers = tuple(
            int.from_bytes(tensor.data[at : at + 8], "little", signed=True)
            for at in range(0, len(tensor.data), 8)
        )
    return Value(tensor.shape, tensor.type, constant=True, numbers=numbers)


def constant_numbers(value: Value) -> Shape:
    """Get the content of a small int64 constant. Raises GraphFault for a computed value."""
    if not value.constant or value.numbers is None:
        raise GraphFault("a shape or place that is no small constant")
    return value.numbers


def axis_of(axis: int, rank: int) -> int:
    """Count `axis` from the front. Raises GraphFault."""
    if not -rank <= axis < rank:
        raise GraphFault(f"axis {axis} of {rank}")
    return axis % rank


def along(shape: Shape, axis: int) -> int:
    """Count `axis` from the front. Raises GraphFault where it is the axis of the tiles.

    So no answer depends on the other tiles of its batch.
    """
    axis = axis_of(axis, len(shape))
    if shape[axis] == TILES:
        raise GraphFault("mixes tiles")
    return axis


def broadcast(left: Shape, right: Shape) -> Shape:
    """Infer the shape of an operation on each pair of numbers. Raises GraphFault."""
    rank = max(len(left), len(right))
    left, right = (1,) * (rank - len(left)) + left, (1,) * (rank - len(right)) + right
    if any(a != b and 1 not in (a, b) for a, b in zip(left, right, strict=True)):
        raise GraphFault(f"shapes {shown(left)} and {shown(right)} together")
    shape = tuple(b if a == 1 else a for a, b in zip(left, right, strict=True))
    if shape.count(TILES) > 1:
        raise GraphFault("mixes tiles")
    return shape


def shown(shape: Shape) -> str:
    """Format a shape, with n for the number of tiles."""
    return f"[{', '.join('n' if side == TILES else str(side) for side in shape)}]"
