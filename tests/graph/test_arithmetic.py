"""Shape rules of the operators that compute."""

from __future__ import annotations

from typing import Any

import pytest

from tenfold.graph import arithmetic
from tenfold.graph.onnx_file import FLOAT, INT64, UINT8, Tensor
from tenfold.graph.values import TILES, Value
from tenfold.graph.wire import GraphFault

IMAGES = Value((TILES, 8, 7, 7), FLOAT)
ROWS = Value((TILES, 16), FLOAT)


def constant(*shape: int) -> Value:
    return Value(shape, FLOAT, constant=True)


def test_elementwise_keeps_the_shape() -> None:
    assert arithmetic.elementwise([IMAGES], {}).shape == IMAGES.shape


def test_pairs_are_broadcast_and_integers_are_not_divided() -> None:
    assert arithmetic.binary([IMAGES, constant(8, 1, 1)], {}).shape == IMAGES.shape
    with pytest.raises(GraphFault, match="other types"):
        arithmetic.binary([IMAGES, Value((1,), INT64, constant=True)], {})


def test_a_cast_leads_to_float32_alone() -> None:
    assert arithmetic.cast([Value((TILES, 28, 28), UINT8)], {"to": FLOAT}).type == FLOAT
    with pytest.raises(GraphFault):
        arithmetic.cast([IMAGES], {"to": INT64})
    with pytest.raises(GraphFault):
        arithmetic.cast([Value((3,), INT64)], {"to": FLOAT})


def test_a_filled_array_has_the_shape_of_another_value_that_is_computed() -> None:
    value = {"value": Tensor((1,), FLOAT, memoryview(bytes(4)))}
    shape = Value((2,), INT64, numbers=(TILES, 10))
    assert arithmetic.constant_of_shape([shape], value).shape == (TILES, 10)
    huge = Value((1,), INT64, constant=True, numbers=(1 << 40,))
    with pytest.raises(GraphFault, match="not of another value"):
        arithmetic.constant_of_shape([huge], value)
    with pytest.raises(GraphFault, match="no single float32"):
        arithmetic.constant_of_shape([shape], {})


def test_a_softmax_never_runs_along_the_tiles() -> None:
    assert arithmetic.softmax([ROWS], {}).shape == ROWS.shape
    with pytest.raises(GraphFault, match="mixes tiles"):
        arithmetic.softmax([ROWS], {"axis": 0})


@pytest.mark.parametrize(
    ("attributes", "shape"),
    [
        ({"axes": (2, 3)}, (TILES, 8, 1, 1)),
        ({"axes": (-1, -2), "keepdims": 0}, (TILES, 8)),
    ],
)
def test_a_mean_over_axes(attributes: dict[str, Any], shape: tuple[int, ...]) -> None:
    assert arithmetic.mean([IMAGES], attributes).shape == shape


@pytest.mark.parametrize("axes", [(), (2, 2), (0,), (2, -2)])
def test_a_mean_over_no_axis_one_twice_or_the_tiles_is_refused(axes: tuple[int, ...]) -> None:
    with pytest.raises(GraphFault):
        arithmetic.mean([IMAGES], {"axes": axes})


def test_batch_norm_has_a_weight_for_each_channel_and_is_not_in_training() -> None:
    channels = [constant(8)] * 4
    assert arithmetic.batch_norm([IMAGES, *channels], {}).shape == IMAGES.shape
    with pytest.raises(GraphFault, match="in training"):
        arithmetic.batch_norm([IMAGES, *channels], {"training_mode": 1})
    with pytest.raises(GraphFault):
        arithmetic.batch_norm([IMAGES, *channels[:3], constant(7)], {})


def test_a_linear_layer_either_way_round() -> None:
    assert arithmetic.linear([ROWS, constant(16, 10)], {}).shape == (TILES, 10)
    assert arithmetic.linear([ROWS, constant(10, 16), constant(10)], {"transB": 1}).shape == (
        TILES,
        10,
    )


@pytest.mark.parametrize(
    "inputs",
    [
        [ROWS, constant(10, 16)],
        [ROWS, constant(16, 10), constant(9)],
        [IMAGES, constant(7, 10)],
        [ROWS, Value((16, 10), FLOAT)],
    ],
    ids=["other features", "another bias", "of pictures", "computed weights"],
)
def test_a_linear_layer_of_other_shapes_is_refused(inputs: list[Value]) -> None:
    with pytest.raises(GraphFault):
        arithmetic.linear(inputs, {})
