"""Windows of convolution and pooling, as the page gets them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tenfold.exporting.network import Network, Unsupported
from tenfold.exporting.windows import convolve, pool


def convolved(attributes: dict[str, Any], side: int = 28, kernel: int = 3) -> dict[str, Any]:
    network = Network()
    value = network.value((1, 2, side, side))
    convolve(network, [value, np.ones((4, 2, kernel, kernel), "f4")], attributes)
    return network.steps[-1]


@pytest.mark.parametrize(
    ("attributes", "side", "pads"),
    [
        ({}, 26, [0, 0, 0, 0]),
        ({"pads": [1, 1, 1, 1], "strides": [2, 2]}, 14, [1, 1, 1, 1]),
        ({"auto_pad": b"SAME_UPPER"}, 28, [1, 1, 1, 1]),
        ({"auto_pad": b"SAME_UPPER", "strides": [2, 2]}, 14, [0, 0, 1, 1]),
    ],
)
def test_a_kernel_of_three_over_28_pixels(
    attributes: dict[str, Any], side: int, pads: list[int]
) -> None:
    step = convolved(attributes)
    assert step["output"] == (4, side, side)
    assert step["pads"] == pads


def test_a_convolution_without_bias_gets_one_of_zeros() -> None:
    network = Network()
    convolve(network, [network.value((1, 1, 5, 5)), np.ones((3, 1, 3, 3), "f4")], {})
    assert [table["count"] for table in network.tables] == [27, 3]


def test_average_pooling_says_whether_padding_counts() -> None:
    network = Network()
    value = network.value((1, 2, 4, 4))
    window = {"kernel_shape": [2, 2], "strides": [2, 2], "count_include_pad": 1}
    out = pool(average=True)(network, [value], window)
    step = network.steps[-1]
    assert out.shape == (1, 2, 2, 2)
    assert step["average"]
    assert step["padding"]


@pytest.mark.parametrize(
    "attributes", [{"group": 2}, {"dilations": [2, 2]}, {"auto_pad": b"SAME_LOWER"}]
)
def test_forms_that_the_page_does_not_have_are_refused(attributes: dict[str, Any]) -> None:
    with pytest.raises(Unsupported):
        convolved(attributes)


def test_weights_for_other_channels_are_refused() -> None:
    network = Network()
    with pytest.raises(Unsupported, match="weights of shape"):
        convolve(network, [network.value((1, 3, 9, 9)), np.ones((4, 2, 3, 3), "f4")], {})
