"""What a graph takes and gives: the tile's contract, the strip's and the page's.

A dimension of a shape is a number, TILES (as many as there are in a batch), or a FreeDimension. A
graph with free dimensions is checked at several sizes, the smallest and the largest among them; its
memory and its work grow with its dimensions, so the largest bounds them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from tenfold.digits import CLASSES, SIDE
from tenfold.graph.onnx_file import FLOAT, UINT8, ValueInfo
from tenfold.graph.operators import OPERATORS, STRIP_OPERATORS, Operator
from tenfold.graph.values import TILES, Shape


class FreeDimension(NamedTuple):
    """A free dimension, or a `step`-th of it: an input of w columns gives w / step columns."""

    name: str
    step: int = 1


Signature = Mapping[
    str, tuple[int, tuple[int | FreeDimension, ...]]
]  # by name: TensorProto.DataType, shape
Size = Mapping[str, int]  # of each free dimension


@dataclass(frozen=True)
class Contract:
    """Inputs and outputs of a graph, the sizes at which it is checked, and bounds on its cost.

    `multiply_adds_max` and `numbers_max` (held at one time) count for one tile, strip or page of
    the largest size.
    """

    inputs: Signature
    outputs: Signature
    sizes: tuple[Size, ...]
    multiply_adds_max: int
    numbers_max: int
    operators: Mapping[str, Operator]


def shapes_at(ends: Signature, size: Size) -> dict[str, tuple[int, Shape]]:
    """Inputs or outputs where the free dimensions have the given lengths."""
    return {
        name: (
            kind,
            tuple(size[s.name] // s.step if isinstance(s, FreeDimension) else s for s in shape),
        )
        for name, (kind, shape) in ends.items()
    }


def are_declared(declared: Mapping[str, ValueInfo], expected: Signature) -> bool:
    """Whether inputs or outputs are declared as the contract says: free dimensions as names."""
    found = {
        name: (end.type, tuple(TILES if isinstance(side, str) else side for side in end.shape))
        for name, end in declared.items()
    }
    free = {
        name: (kind, tuple(TILES if isinstance(side, FreeDimension) else side for side in shape))
        for name, (kind, shape) in expected.items()
    }
    return found == free


TILE_CONTRACT = Contract(
    inputs={"images": (UINT8, (TILES, SIDE, SIDE))},
    outputs={"probabilities": (FLOAT, (TILES, CLASSES)), "is_digit": (FLOAT, (TILES,))},
    sizes=({},),
    multiply_adds_max=8_000_000_000,  # what the widest ensemble of 64 MB needs, twice
    numbers_max=1 << 20,  # 4 MB; twice what 'vgg' needs at its widest, 256
    operators=OPERATORS,
)

STRIP_HEIGHT, STRIP_WIDTHS, STRIP_STEP = 32, (16, 2048), 4  # pixels
STRIP_STRIDE = 2  # columns of a strip for each frame of the output
STRIP_SYMBOLS = 18  # blank, ten digits, six marks, other
STRIP_CONTRACT = Contract(
    inputs={"strips": (UINT8, (TILES, STRIP_HEIGHT, FreeDimension("w")))},
    outputs={
        "log_probabilities": (FLOAT, (TILES, FreeDimension("w", STRIP_STRIDE), STRIP_SYMBOLS)),
        "boxes": (FLOAT, (TILES, FreeDimension("w", STRIP_STRIDE), 4)),
    },
    sizes=tuple({"w": width} for width in (16, 20, 24, 100, 332, 2048)),
    multiply_adds_max=16_000_000_000,
    numbers_max=1 << 24,  # 64 MB for the widest strip
    operators=STRIP_OPERATORS,
)

UPRIGHT_STRIDE = 4  # columns of a strip for each number of the output
UPRIGHT_CONTRACT = Contract(
    inputs={"strips": (UINT8, (TILES, STRIP_HEIGHT, FreeDimension("w")))},
    outputs={"upright": (FLOAT, (TILES, FreeDimension("w", UPRIGHT_STRIDE)))},
    sizes=STRIP_CONTRACT.sizes,
    multiply_adds_max=2_000_000_000,
    numbers_max=1 << 22,  # 16 MB for the widest strip
    operators=STRIP_OPERATORS,
)

LOCATOR_STRIDE, LOCATOR_CHANNELS = 4, 8
LOCATOR_CONTRACT = Contract(
    inputs={"pages": (UINT8, (TILES, FreeDimension("h"), FreeDimension("w")))},
    outputs={
        "cells": (
            FLOAT,
            (
                TILES,
                LOCATOR_CHANNELS,
                FreeDimension("h", LOCATOR_STRIDE),
                FreeDimension("w", LOCATOR_STRIDE),
            ),
        )
    },
    sizes=tuple({"h": h, "w": w} for h, w in ((32, 32), (40, 104), (64, 2016), (1024, 1536))),
    multiply_adds_max=64_000_000_000,
    numbers_max=1 << 27,  # 512 MB for a page of 1.5 megapixels
    operators=STRIP_OPERATORS,
)
