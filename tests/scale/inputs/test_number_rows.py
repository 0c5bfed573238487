"""Rows of numbers become tiles; the bad ones are named with their reasons."""

from __future__ import annotations

import numpy as np
import pytest

from tenfold.errors import DataError
from tenfold.scale.inputs.number_rows import tiles_of, top_of


def rows(*levels: float, dtype: type = float) -> np.ndarray:
    """One row of 784 equal numbers for each level."""
    return np.repeat(np.array(levels, dtype)[:, None], 784, axis=1)


def test_whole_levels_are_taken_as_they_are() -> None:
    numbers = rows(0, 200, dtype=np.uint8)
    tiles = tiles_of(numbers, 255, 1)
    assert np.shares_memory(tiles.images, numbers)
    assert (tiles.images.shape, tiles.good.all(), tiles.bad) == ((2, 28, 28), True, [])


def test_fractions_are_scaled_and_rounded() -> None:
    assert tiles_of(rows(0, 0.5, 1), 1, 1).images[:, 0, 0].tolist() == [0, 128, 255]
    assert tiles_of(rows(0, 1, dtype=bool), 1, 1).images[:, 0, 0].tolist() == [0, 255]


def test_bad_rows_are_named_by_number_pixel_and_reason() -> None:
    numbers = rows(1, 7, 9, 300)
    numbers[1, 5], numbers[2, 3] = np.nan, -4
    tiles = tiles_of(numbers, 255, 10)
    assert tiles.good.tolist() == [True, False, False, False]
    assert len(tiles.images) == 1
    assert [(bad.place, bad.reason) for bad in tiles.bad] == [
        ("11", "pixel5 is missing"),
        ("12", "pixel3 is -4, expected 0..255"),
        ("13", "pixel0 is 300, expected 0..255"),
    ]


@pytest.mark.parametrize(
    ("numbers", "top"),
    [
        (rows(0, 1, dtype=bool), 1),
        (rows(0, 9, dtype=np.uint8), 255),
        (rows(0, 0.4, 1), 1),
        (rows(0, 0), 255),
        (rows(0, 200, 100, 0.3), 255),
        (rows(0.2, 0.3, 200), 1),
    ],
)
def test_the_scale_is_that_of_most_rows_with_ink(numbers: np.ndarray, top: int) -> None:
    assert top_of([numbers[:1], numbers[1:]], "t.npy") == top


def test_rows_that_are_mostly_no_levels_are_refused() -> None:
    with pytest.raises(DataError, match=r"t\.npy: most of its rows .*, but pixel0 is 999"):
        top_of([rows(999, 999, 3)], "t.npy")
