"""Shape rules of operators that move numbers."""

import pytest

from tenfold.graph.layout import depth_to_space
from tenfold.graph.onnx_file import FLOAT
from tenfold.graph.values import TILES, Value
from tenfold.graph.wire import GraphFault


def test_channels_become_finer_pixels():
    value = depth_to_space([Value((TILES, 32, 5, 7), FLOAT)], {"blocksize": 2, "mode": "CRD"})
    assert value.shape == (TILES, 8, 10, 14)


@pytest.mark.parametrize(
    ("channels", "attributes"),
    [
        (30, {"blocksize": 2}),
        (32, {}),
        (32, {"blocksize": 2, "mode": "XYZ"}),
        (400, {"blocksize": 20}),
    ],
)
def test_blocks_that_do_not_fit_are_refused(channels, attributes):
    with pytest.raises(GraphFault):
        depth_to_space([Value((TILES, channels, 5, 7), FLOAT)], attributes)
