"""The operators that a tenfold network can have: the shape that comes out, and what is allowed.

Narrower than ONNX: weights, shapes and places are constants, kernels fit the picture, and nothing
runs along the side of the tiles. So each shape is fixed but for the number of tiles, and each
tile's answer is its alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from tenfold.graph import arithmetic, layout, windows
from tenfold.graph.onnx_file import Tensor
from tenfold.graph.rule import Rule


class Operator(NamedTuple):
    """A shape rule, the allowed counts of inputs, and the allowed attributes with their types."""

    rule: Rule
    inputs: tuple[int, ...]
    attributes: Mapping[str, type]


WINDOW = {"kernel_shape": tuple, "strides": tuple, "pads": tuple, "dilations": tuple}

OPERATORS: dict[str, Operator] = {
    "Add": Operator(arithmetic.binary, (2,), {}),
    "AveragePool": Operator(
        windows.pool, (1,), WINDOW | {"ceil_mode": int, "count_include_pad": int}
    ),
    "BatchNormalization": Operator(
        arithmetic.batch_norm, (5,), {"epsilon": float, "momentum": float, "training_mode": int}
    ),
    "Cast": Operator(arithmetic.cast, (1,), {"to": int}),
    "Concat": Operator(layout.concat, tuple(range(1, 1025)), {"axis": int}),
    "Constant": Operator(arithmetic.constant, (0,), {"value": Tensor}),
    "ConstantOfShape": Operator(arithmetic.constant_of_shape, (1,), {"value": Tensor}),
    "Conv": Operator(windows.convolution, (2, 3), WINDOW | {"auto_pad": str, "group": int}),
    "Div": Operator(arithmetic.binary, (2,), {}),
    "Flatten": Operator(layout.flatten, (1,), {"axis": int}),
    "Gather": Operator(layout.gather, (2,), {"axis": int}),
    "Gemm": Operator(
        arithmetic.linear, (2, 3), {"alpha": float, "beta": float, "transA": int, "transB": int}
    ),
    "GlobalAveragePool": Operator(windows.global_mean, (1,), {}),
    "Identity": Operator(layout.same, (1,), {}),
    "Log": Operator(arithmetic.elementwise, (1,), {}),
    "MaxPool": Operator(windows.pool, (1,), WINDOW | {"ceil_mode": int}),
    "Mul": Operator(arithmetic.binary, (2,), {}),
    "ReduceMean": Operator(arithmetic.mean, (1,), {"axes": tuple, "keepdims": int}),
    "Relu": Operator(arithmetic.elementwise, (1,), {}),
    "Reshape": Operator(layout.reshape, (2,), {"allowzero": int}),
    "Shape": Operator(layout.shape_of, (1,), {}),
    "Sigmoid": Operator(arithmetic.elementwise, (1,), {}),
    "Slice": Operator(layout.slice_sides, (5,), {}),
    "Softmax": Operator(arithmetic.softmax, (1,), {"axis": int}),
    "Transpose": Operator(layout.transpose, (1,), {"perm": tuple}),
    "Unsqueeze": Operator(layout.unsqueeze, (2,), {}),
}

# what networks for strips and pages have besides; no HTML page is made of them
STRIP_OPERATORS: dict[str, Operator] = OPERATORS | {
    "DepthToSpace": Operator(layout.depth_to_space, (1,), {"blocksize": int, "mode": str}),
    "LogSoftmax": Operator(arithmetic.softmax, (1,), {"axis": int}),
    "Squeeze": Operator(layout.squeeze, (2,), {}),
}
