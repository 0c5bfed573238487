"""Arrays from what people have in memory."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PIL import Image

from tenfold.digits.array_forms import is_frame, is_picture, to_array
from tenfold.errors import DataError

TILE = np.arange(784, dtype=np.uint8).reshape(28, 28)


class Tensor:
    """As PyTorch has them."""

    dtype = type("Type", (), {"is_floating_point": False})

    def detach(self) -> Tensor:
        return self

    def cpu(self) -> Tensor:
        return self

    def numpy(self) -> np.ndarray:
        return TILE


class Frame:
    columns = ("a",)

    def to_numpy(self) -> np.ndarray:
        return TILE


@pytest.mark.parametrize(
    "data",
    [TILE, Tensor(), Frame(), Image.fromarray(TILE), TILE.astype(object)],
    ids=["array", "tensor", "frame", "picture", "objects"],
)
def test_every_form_is_the_same_array(data: Any) -> None:
    np.testing.assert_array_equal(to_array(data, "X"), TILE)


def test_lists_are_stacked() -> None:
    assert to_array([TILE, Image.fromarray(TILE)], "X").shape == (2, 28, 28)
    assert to_array([3, 4], "y").tolist() == [3, 4]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"a": 1}, r"X: is a dict, no array"),
        ([], "is empty"),
        ([TILE, TILE[:5]], r"different shapes: \[5, 28\], \[28, 28\]"),
        (Image.new("L", (30, 28)), "a picture of 30 x 28, expected 28 x 28"),
        ([Image.new("L", (30, 28))], r"X\[0\]: is a picture"),
        (np.array([[{}, {}]]), "an array of objects"),
    ],
)
def test_anything_else_is_refused_with_a_remedy(data: Any, said: str) -> None:
    with pytest.raises(DataError, match=said) as refused:
        to_array(data, "X")
    assert refused.value.hint


def test_forms_are_told_apart_by_their_methods() -> None:
    assert is_frame(Frame())
    assert not is_frame(TILE)
    assert is_picture(Image.fromarray(TILE))
