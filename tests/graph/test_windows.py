"""How often a kernel fits a picture, by hand."""

from __future__ import annotations

from typing import Any

import pytest

from tenfold.graph.onnx_file import FLOAT
from tenfold.graph.values import TILES, Value
from tenfold.graph.windows import convolution, global_mean, pool
from tenfold.graph.wire import GraphFault

IMAGES = Value((TILES, 4, 28, 28), FLOAT)


def weights(*shape: int) -> Value:
    return Value(shape, FLOAT, constant=True)


@pytest.mark.parametrize(
    ("attributes", "side"),
    [
        ({}, 26),
        ({"pads": (1, 1, 1, 1)}, 28),
        ({"strides": (2, 2)}, 13),
        ({"strides": (2, 2), "pads": (1, 1, 1, 1)}, 14),
        ({"auto_pad": "SAME_UPPER"}, 28),
    ],
)
def test_a_kernel_of_three_on_a_side_of_28(attributes: dict[str, Any], side: int) -> None:
    value = convolution([IMAGES, weights(6, 4, 3, 3), weights(6)], attributes)
    assert value.shape == (TILES, 6, side, side)


@pytest.mark.parametrize(
    ("ceil", "pads", "side"),
    [(0, 0, 13), (1, 0, 14), (1, 1, 15)],
)
def test_pooling_rounds_up_only_where_a_window_begins_in_the_picture(
    ceil: int, pads: int, side: int
) -> None:
    attributes = {
        "kernel_shape": (3, 3),
        "strides": (2, 2),
        "pads": (pads,) * 4,
        "ceil_mode": ceil,
    }
    assert pool([IMAGES], attributes).shape == (TILES, 4, side, side)


def test_the_mean_of_a_channel_is_one_pixel() -> None:
    assert global_mean([IMAGES], {}).shape == (TILES, 4, 1, 1)


@pytest.mark.parametrize(
    ("shape", "attributes", "said"),
    [
        ((6, 3, 3, 3), {}, "of"),
        ((6, 4, 3, 3), {"group": 2}, "of"),
        ((6, 4, 3, 3), {"dilations": (2, 2)}, "out of range"),
        ((6, 4, 3, 3), {"strides": (0, 1)}, "out of range"),
        ((6, 4, 3, 3), {"strides": (29, 1)}, "out of range"),
        ((6, 4, 3, 3), {"pads": (3, 0, 0, 0)}, "wider than its kernel"),
        ((6, 4, 3, 3), {"kernel_shape": (5, 5)}, "another shape"),
        ((6, 4, 3, 3), {"auto_pad": "SAME_UPPER", "strides": (2, 2)}, "padding of the kind"),
        ((6, 4, 29, 3), {}, "a kernel of 29 on a side of 28"),
    ],
)
def test_a_convolution_that_runtimes_may_not_agree_on_is_refused(
    shape: tuple[int, ...], attributes: dict[str, Any], said: str
) -> None:
    with pytest.raises(GraphFault, match=said):
        convolution([IMAGES, weights(*shape)], attributes)
