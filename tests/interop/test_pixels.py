"""Whether an X of scikit-learn holds images."""

from __future__ import annotations

import numpy as np
import pytest

from tenfold.interop.pixels import flattened, to_tiles, white_of

IMAGES = np.arange(2 * 784).reshape(2, 784) % 256


@pytest.mark.parametrize("shape", [(2, 28, 28), (2, 28, 28, 1), (2, 1, 28, 28)])
def test_images_are_flattened(shape: tuple[int, ...]) -> None:
    np.testing.assert_array_equal(flattened(IMAGES.reshape(shape)), IMAGES)


def test_anything_else_stays_as_it_is() -> None:
    other = np.zeros((2, 8, 8))
    assert flattened(other) is other
    assert flattened([[1, 2], [3, 4]]) == [[1, 2], [3, 4]]


@pytest.mark.parametrize(
    ("X", "white"),
    [(IMAGES, 255), (IMAGES / 255, 1), (IMAGES[:, :64], None), (np.zeros((1, 784)), 1)],
)
def test_full_ink_is_1_or_255(X: np.ndarray, white: int | None) -> None:
    assert white_of(X) == white


def test_scaled_images_are_warned_about() -> None:
    with pytest.warns(UserWarning, match="leave out what scales X"):
        assert white_of((IMAGES - 128) / 64) is None


def test_tiles_are_whole_numbers_again() -> None:
    np.testing.assert_array_equal(to_tiles(IMAGES, 255), IMAGES.reshape(-1, 28, 28))
    np.testing.assert_array_equal(to_tiles(IMAGES / 255, 1), IMAGES.reshape(-1, 28, 28))


def test_rows_of_another_scale_than_those_of_fit_are_refused() -> None:
    with pytest.raises(ValueError, match=r"0\.\.1: scale it like"):
        to_tiles(IMAGES, 1)
    with pytest.raises(ValueError, match="multiply it by 255"):
        to_tiles(IMAGES / 255, 255)
