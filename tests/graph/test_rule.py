"""What the rules ask of the values that go in."""

from __future__ import annotations

import pytest

from tenfold.graph.onnx_file import FLOAT, UINT8
from tenfold.graph.rule import check_weights, computed, picture
from tenfold.graph.values import TILES, Value
from tenfold.graph.wire import GraphFault

IMAGE = Value((TILES, 3, 28, 28), FLOAT)
WEIGHTS = Value((3,), FLOAT, constant=True)


def test_a_computed_float_passes_as_it_is() -> None:
    assert computed(IMAGE) is IMAGE
    assert picture(IMAGE) is IMAGE


@pytest.mark.parametrize("value", [WEIGHTS, Value((TILES, 3), UINT8)], ids=["constant", "uint8"])
def test_constants_and_integers_are_not_computed_on(value: Value) -> None:
    with pytest.raises(GraphFault):
        computed(value)


@pytest.mark.parametrize("shape", [(TILES, 3, 28), (3, TILES, 28, 28), (4, 3, 28, 28)])
def test_a_picture_has_four_sides_and_the_tiles_first(shape: tuple[int, ...]) -> None:
    with pytest.raises(GraphFault):
        picture(Value(shape, FLOAT))


def test_weights_are_float_constants_of_one_shape() -> None:
    check_weights(WEIGHTS, (3,))
    for value, shape in (
        (WEIGHTS, (4,)),
        (Value((3,), FLOAT), (3,)),
        (Value((3,), UINT8, constant=True), (3,)),
    ):
        with pytest.raises(GraphFault, match="no float32 constant of shape"):
            check_weights(value, shape)
