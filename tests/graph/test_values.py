"""Types and shapes of values, followed without a runtime."""

from __future__ import annotations

import numpy as np
import pytest

from tenfold.graph.onnx_file import FLOAT, INT64, Tensor
from tenfold.graph.values import (
    TILES,
    Value,
    along,
    axis_of,
    broadcast,
    constant_numbers,
    constant_of,
    shown,
)
from tenfold.graph.wire import GraphFault


def test_the_size_is_that_of_one_tile() -> None:
    assert Value((TILES, 3, 4), FLOAT).size == 12
    assert Value((TILES, 3, 4), FLOAT).rank == 3


def test_small_integers_are_read_and_others_are_not() -> None:
    numbers = np.array([3, -1, 1 << 40], "<i8")
    tensor = Tensor((3,), INT64, memoryview(numbers.tobytes()))
    assert constant_numbers(constant_of(tensor)) == (3, -1, 1 << 40)
    many = np.zeros(65, "<i8")
    with pytest.raises(GraphFault):
        constant_numbers(constant_of(Tensor((65,), INT64, memoryview(many.tobytes()))))
    with pytest.raises(GraphFault):
        constant_numbers(Value((3,), INT64, numbers=(1, 2, 3)))


@pytest.mark.parametrize(("axis", "rank", "counted"), [(0, 4, 0), (-1, 4, 3), (-4, 4, 0)])
def test_an_axis_is_counted_from_either_end(axis: int, rank: int, counted: int) -> None:
    assert axis_of(axis, rank) == counted


@pytest.mark.parametrize("axis", [4, -5])
def test_an_axis_that_is_not_there_is_refused(axis: int) -> None:
    with pytest.raises(GraphFault, match=f"axis {axis} of 4"):
        axis_of(axis, 4)


def test_nothing_runs_along_the_tiles() -> None:
    assert along((TILES, 10), -1) == 1
    with pytest.raises(GraphFault, match="mixes tiles"):
        along((TILES, 10), 0)


@pytest.mark.parametrize(
    ("left", "right", "shape"),
    [
        ((TILES, 8, 5, 5), (8, 1, 1), (TILES, 8, 5, 5)),
        ((), (TILES, 3), (TILES, 3)),
        ((1, 3), (TILES, 1), (TILES, 3)),
        ((TILES, 4), (TILES, 4), (TILES, 4)),
    ],
)
def test_shapes_are_broadcast_as_numpy_does(
    left: tuple[int, ...], right: tuple[int, ...], shape: tuple[int, ...]
) -> None:
    assert broadcast(left, right) == shape
    assert broadcast(right, left) == shape


@pytest.mark.parametrize(
    ("left", "right"), [((TILES, 3), (TILES, 4)), ((TILES, 1), (TILES,)), ((5, 3), (TILES, 3))]
)
def test_shapes_that_do_not_fit_or_mix_tiles_are_refused(
    left: tuple[int, ...], right: tuple[int, ...]
) -> None:
    with pytest.raises(GraphFault):
        broadcast(left, right)


def test_the_side_of_the_tiles_is_shown_as_n() -> None:
    assert shown((TILES, 3, 28)) == "[n, 3, 28]"
