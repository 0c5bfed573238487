"""Shape rules of the operators that move numbers without computing: reshape, slice, concatenate."""

from __future__ import annotations

import math

from tenfold.graph.onnx_file import FLOAT, INT64, RANK_MAX
from tenfold.graph.rule import Attributes, Inputs, computed, picture
from tenfold.graph.values import TILES, Value, along, axis_of, constant_numbers, shown
from tenfold.graph.wire import GraphFault

BLOCK_MAX = 8  # pixels that one becomes along a side


def same(inputs: Inputs, attributes: Attributes) -> Value:
    """The input itself."""
    return inputs[0]


def shape_of(inputs: Inputs, attributes: Attributes) -> Value:
    """The shape of a value, int64 [rank]."""
    shape = inputs[0].shape
    return Value((len(shape),), INT64, numbers=shape)


def reshape(inputs: Inputs, attributes: Attributes) -> Value:
    """A reshape to a constant shape that keeps the axis of the tiles."""
    value, shape = computed(inputs[0]), list(constant_numbers(inputs[1]))
    if attributes.get("allowzero", 0) or value.shape[:1] != (TILES,) or len(shape) > RANK_MAX:
        raise GraphFault(f"a reshape of {shown(value.shape)}")
    if shape[:1] in ([0], [-1]):
        shape[0] = TILES
    if -1 in shape[1:]:  # the rest; a free side has another length in each batch
        known = math.prod(side for side in shape[1:] if side != -1)
        shape[shape.index(-1, 1)] = value.size // max(1, known)
    if shape[:1] != [TILES] or min(shape[1:], default=1) < 1 or math.prod(shape[1:]) != value.size:
        raise GraphFault(f"from {shown(value.shape)} to {shown(tuple(shape))}")
    return Value(tuple(shape), FLOAT)


def flatten(inputs: Inputs, attributes: Attributes) -> Value:
    """All numbers of a tile in a row: [n, size]."""
    value = computed(inputs[0])
    if attributes.get("axis", 1) != 1 or value.shape[:1] != (TILES,):
        raise GraphFault(f"of {shown(value.shape)}")
    return Value((TILES, value.size), FLOAT)


def transpose(inputs: Inputs, attributes: Attributes) -> Value:
    """The axes in another order."""
    shape, order = computed(inputs[0]).shape, attributes.get("perm", ())
    if sorted(order) != list(range(len(shape))):
        raise GraphFault(f"the order {list(order)[:RANK_MAX]} of {shown(shape)}")
    return Value(tuple(shape[axis] for axis in order), FLOAT)


def unsqueeze(inputs: Inputs, attributes: Attributes) -> Value:
    """New axes of length 1."""
    value, axes = inputs[0], constant_numbers(inputs[1])
    rank = value.rank + len(axes)
    added = {axis_of(axis, rank) for axis in axes}
    if len(added) != len(axes) or rank > RANK_MAX:
        raise GraphFault(f"the axes {list(axes)[:RANK_MAX]} of {shown(value.shape)}")
    left = iter(value.shape)
    shape = tuple(1 if axis in added else next(left) for axis in range(rank))
    return Value(shape, value.type)


def squeeze(inputs: Inputs, attributes: Attributes) -> Value:
    """Without some axes of length 1, that of the tiles excluded."""
    value, axes = computed(inputs[0]), constant_numbers(inputs[1])
    gone = {along(value.shape, axis) for axis in axes}
    if len(gone) != len(axes) or any(value.shape[axis] != 1 for axis in gone):
        raise GraphFault(f"the axes {list(axes)[:RANK_MAX]} of {shown(value.shape)}")
    return Value(tuple(s for axis, s in enumerate(value.shape) if axis not in gone), FLOAT)


def gather(inputs: Inputs, attributes: Attributes) -> Value:
    """Constant places along an axis."""
    value, places = computed(inputs[0]), constant_numbers(inputs[1])
    axis = along(value.shape, attributes.get("axis", 0))
    side = value.shape[axis]
    if any(not -side <= place < side for place in places):
        raise GraphFault(f"a place outside {side}")
    shape = (*value.shape[:axis], *inputs[1].shape, *value.shape[axis + 1 :])
    return Value(shape, FLOAT)


def slice_sides(inputs: Inputs, attributes: Attributes) -> Value:
    """Constant slices with step 1."""
    value = computed(inputs[0])
    starts, ends, axes, steps = map(constant_numbers, inputs[1:])
    if len({len(starts), len(ends), len(axes), len(steps)}) != 1 or set(steps) != {1}:
        raise GraphFault("steps other than 1, or as many starts as ends")
    shape = list(value.shape)
    for start, end, axis in zip(starts, ends, axes, strict=True):
        axis = along(value.shape, axis)
        shape[axis] = len(range(shape[axis])[start:end])
    return Value(tuple(shape), FLOAT)


def concat(inputs: Inputs, attributes: Attributes) -> Value:
    """Values joined along an axis."""
    first = computed(inputs[0]).shape
    axis = along(first, attributes.get("axis", 0))
    shapes = [[*computed(value).shape] for value in inputs]
    sides = [shape.pop(axis) if len(shape) == len(first) else TILES for shape in shapes]
    if TILES in sides or any(shape != shapes[0] for shape in shapes):
        raise GraphFault("of other shapes")
    return Value((*first[:axis], sum(sides), *first[axis + 1 :]), FLOAT)


def depth_to_space(inputs: Inputs, attributes: Attributes) -> Value:
    """Channels laid out as finer pixels, `blocksize` times as many along both sides."""
    value, block = picture(inputs[0]), attributes.get("blocksize", 0)
    tiles, channels, height, width = value.shape
    if not 1 <= block <= BLOCK_MAX or channels % (block * block):
        raise GraphFault(f"{channels} channels in blocks of {block}")
    if attributes.get("mode", "DCR") not in ("DCR", "CRD"):
        raise GraphFault("an order of channels that there is not")
    return Value((tiles, channels // block**2, height * block, width * block), FLOAT)
