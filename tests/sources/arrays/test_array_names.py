"""Names of arrays."""

from __future__ import annotations

import numpy as np
import pytest

from tenfold.errors import DataError
from tenfold.sources.arrays.array_names import Pair, pairs_of, read_name

IMAGES, LABELS = np.zeros((5, 28, 28), np.uint8), np.zeros(5, np.int64)


@pytest.mark.parametrize(
    ("name", "split", "role"),
    [
        ("x_train", "train", "images"),
        ("Y_test", "test", "labels"),
        ("trainX", "train", "images"),
        ("testLabels", "test", "labels"),
        ("ytrain", "train", "labels"),
        ("train-images", "train", "images"),
        ("t10k_labels", "test", "labels"),
        ("val_images", "validation", "images"),
        ("X", "", "images"),
        ("target", "", "labels"),
        ("data_y", "", "labels"),
        ("arr_0", "", ""),
        ("X_kannada_MNIST_train", "train", "images"),
        ("constraint", "", ""),
    ],
)
def test_a_name_says_split_and_role(name: str, split: str, role: str) -> None:
    said = read_name(name)
    assert (said.split, said.role) == (split, role)


def test_images_and_their_labels_have_the_rest_of_the_name_in_common() -> None:
    assert read_name("X_dig_MNIST").rest == read_name("y_dig_MNIST").rest
    assert read_name("X_dig_MNIST").rest != read_name("y_other_MNIST").rest


def test_arrays_without_names_are_told_by_their_shape() -> None:
    arrays = {"arr_0": IMAGES, "arr_1": LABELS, "arr_2": IMAGES, "arr_3": LABELS}
    pairs, left_out = pairs_of(arrays, "x.npz")
    assert pairs == {"train": Pair("arr_0", "arr_1"), "test": Pair("arr_2", "arr_3")}
    assert left_out == []


def test_validation_rows_are_left_out_and_named() -> None:
    arrays = {f"{s}_{r}": IMAGES for s in ("train", "val", "test") for r in ("images", "labels")}
    pairs, left_out = pairs_of(arrays, "x.npz")
    assert set(pairs) == {"train", "test"}
    assert left_out == ["val_images", "val_labels"]


@pytest.mark.parametrize(
    "arrays",
    [
        {},
        {"a": LABELS},
        {"a": IMAGES, "b": IMAGES, "c": LABELS},
        {"x": IMAGES, "images": IMAGES, "y": LABELS},
    ],
)
def test_what_is_not_clear_names_the_arrays_and_the_remedy(arrays: dict[str, np.ndarray]) -> None:
    with pytest.raises(DataError, match="is not clear") as caught:
        pairs_of(arrays, "x.npz")
    assert "numpy.savez(OTHER, x_train=..." in caught.value.hint
