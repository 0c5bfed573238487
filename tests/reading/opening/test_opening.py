"""From what a caller gives to tiles."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from tenfold.errors import DataError, UsageError
from tenfold.reading.opening.opening import find


@pytest.mark.parametrize(
    "array",
    [
        np.full((9, 9), np.nan, np.float32),
        np.full((9, 9), 2.0),
        np.full((9, 9), -0.5),
        np.zeros((9, 9, 2), np.uint8),
        np.zeros((2, 9, 9, 3), np.uint8),
        np.zeros(9, np.uint8),
        np.zeros((0, 9), np.uint8),
        np.zeros((9, 9), np.int64),
    ],
    ids=["NaN", "above 1", "below 0", "2 channels", "a stack", "a line", "empty", "integers"],
)
def test_arrays_that_are_no_picture_are_refused(array: np.ndarray) -> None:
    with pytest.raises(DataError, match=r"^array: "):
        find(array)


@pytest.mark.parametrize("size", [(200, 200), (1, 1), (1, 5000), (5000, 1)])
@pytest.mark.parametrize("level", [0, 255])
def test_pictures_of_nothing_are_blank(size: tuple[int, int], level: int) -> None:
    assert find(Image.new("L", size, level)).reason == "blank"


def test_an_unknown_turn_is_refused() -> None:
    with pytest.raises(UsageError, match="turn is '45'"):
        find(np.zeros((40, 40), np.uint8), turn="45")  # type: ignore[arg-type]
