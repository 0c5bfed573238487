"""Digits of what programs have in memory."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PIL import Image

from conftest import drawn_digits
from tenfold.digits import IN_MEMORY, Digits, images_from
from tenfold.errors import DataError

DIGITS = drawn_digits(30)
X, Y = DIGITS.images, DIGITS.labelled()
FLAT = X.reshape(len(X), -1)


class Pairs:
    """A data set, as torch has them."""

    def __init__(self, example: Callable[[int], Any]) -> None:
        self.example = example

    def __len__(self) -> int:
        return len(X)

    def __getitem__(self, row: int) -> Any:
        return self.example(row)


class Bunch:
    data, target = FLAT, Y.astype(str)


IMAGES: dict[str, Any] = {
    "[n, 28, 28]": X,
    "[n, 784]": FLAT,
    "[n, 28, 28, 1]": X[..., None],
    "[n, 1, 28, 28]": X[:, None],
    "int64": X.astype(np.int64),
    "float32 0..255": X.astype(np.float32),
    "float64 0..1": X / 255,
    "text": FLAT.astype(str),
    "objects": FLAT.astype(object),
    "a list of arrays": list(X),
    "a list of rows": FLAT.tolist(),
    "a list of pictures": [Image.fromarray(image) for image in X],
    "a list of pictures in colour": [Image.fromarray(image).convert("RGB") for image in X],
    "an array of arrays": np.array([*X, None], dtype=object)[:-1],
}
WHOLE: dict[str, Any] = {
    "a table, label first": np.column_stack([Y, FLAT]),
    "a table, label last": np.column_stack([FLAT, Y]),
    "a data set of pairs": Pairs(lambda row: (X[row], Y[row])),
    "a data set of pictures": Pairs(lambda row: (Image.fromarray(X[row]), int(Y[row]))),
    "a data set of dictionaries": Pairs(lambda row: {"image": X[row] / 255, "label": Y[row]}),
    "scikit-learn's Bunch": Bunch(),
}


def assert_same(found: Digits) -> None:
    np.testing.assert_array_equal(found.images, X)
    np.testing.assert_array_equal(found.labels, Y)
    assert found.files[0].rows == len(X)


@pytest.mark.parametrize("form", IMAGES)
def test_images_in_any_array_are_the_same(form: str) -> None:
    assert_same(Digits.of(IMAGES[form], Y))
    assert Digits.of(IMAGES[form]).labels is None


@pytest.mark.parametrize("form", WHOLE)
def test_labels_are_found_among_the_images(form: str) -> None:
    assert_same(Digits.of(WHOLE[form]))


@pytest.mark.parametrize(
    "labels",
    [
        Y.astype(str),
        Y.astype(float),
        Y[:, None],
        list(map(int, Y)),
        np.eye(10)[Y],
        Y.astype(object),
    ],
    ids=["text", "floats", "[n, 1]", "a list", "one-hot", "objects"],
)
def test_labels_in_any_array_are_the_same(labels: Any) -> None:
    assert_same(Digits.of(X, labels))


def test_bool_is_black_and_white() -> None:
    found = Digits.of(X > 100, Y)
    np.testing.assert_array_equal(found.images, np.where(X > 100, 255, 0))


def test_the_scale_is_said() -> None:
    assert Digits.of(X / 255, Y).notes == (
        f"{IN_MEMORY}: pixels 0..1, scaled to 0..255, {len(X)} rows",
    )
    assert Digits.of(X, Y).notes == ()


def test_the_lineage_follows_from_the_content() -> None:
    one, again = Digits.of(X, Y), Digits.of(X / 255, Y.astype(str))
    assert one.files[0].sha256 == again.files[0].sha256
    assert one.files[0].sha256 != Digits.of(X, Y[::-1]).files[0].sha256


@pytest.mark.parametrize("kind", ["pandas", "polars"])
def test_a_frame_has_names(kind: str) -> None:
    library = pytest.importorskip(kind)
    columns = {f"pixel{i}": FLAT[:, i] for i in range(784)}
    assert_same(Digits.of(library.DataFrame({"label": Y, **columns})))
    assert_same(Digits.of(library.DataFrame(columns | {"class": Y.astype(str)})))
    frame = library.DataFrame(columns)
    assert_same(Digits.of(frame, library.Series(Y)))
    assert Digits.of(frame).labels is None


@pytest.mark.train
def test_a_tensor_is_an_array() -> None:
    torch = pytest.importorskip("torch")
    tensor, labels = torch.tensor(X), torch.tensor(Y)
    assert_same(Digits.of(tensor[:, None], labels))
    assert_same(Digits.of((tensor / 255).requires_grad_(), labels))
    assert_same(Digits.of(torch.utils.data.TensorDataset(tensor[:, None] / 255, labels)))


@pytest.mark.parametrize(
    ("images", "labels", "said", "remedy"),
    [
        (X[0], None, r"has the shape \[28, 28\]", "X.reshape(1, 28, 28)"),
        (np.stack([X] * 3, -1), None, r"\[30, 28, 28, 3\]", "X.mean(axis=-1)"),
        (np.stack([X] * 3, 1), None, r"\[30, 3, 28, 28\]", "X.mean(axis=1)"),
        (np.moveaxis(X, 0, -1), None, r"\[28, 28, 30\]", "numpy.moveaxis(X, -1, 0)"),
        (FLAT.T, None, r"\[784, 30\]", "X.T"),
        (X[:, :8, :8], None, r"\[30, 8, 8\]", "frame_ink"),
        (X / 255 - 0.5, None, "holds -0.5 to", "(X + 1) / 2"),
        (X * 2.0, None, "holds 0 to", "X / X.max()"),
        (np.full((2, 784), np.nan), None, "not finite", "nan_to_num"),
        (X, Y + 5, r"label is 1[0-4], expected 0\.\.9", "0..9"),
        (X, Y[:-1], "29 labels for the 30 images|29 labels for 30 images", "in their order"),
        (X, np.full((30, 10), 0.1), "not one-hot", "y.argmax(axis=1)"),
        (X, ["seven"] * 30, "holds text", "0..9"),
        ("train.csv", None, "is a str", "give an array"),
        (None, None, "is a NoneType", "give an array"),
        ([], None, "is empty", "give an array"),
        ([X[0], X[0][:20]], None, "different shapes", "28 x 28"),
        ([Image.new("L", (40, 50))], None, "picture of 40 x 50", "tile_of(picture_of_image"),
        (np.array([{}, []], dtype=object), None, "an array of objects|is a dict", ""),
    ],
)
def test_what_cannot_be_taken_says_how_to_convert_it(
    images: Any, labels: Any, said: str, remedy: str
) -> None:
    with pytest.raises(DataError) as caught:
        Digits.of(images, labels)
    assert re.search(said, caught.value.message)
    assert remedy in caught.value.hint


def test_the_remedies_for_shapes_are_true() -> None:
    for array, undo in (
        (np.stack([X] * 3, -1), lambda X: X.mean(axis=-1)),
        (np.stack([X] * 3, 1), lambda X: X.mean(axis=1)),
        (np.moveaxis(X, 0, -1), lambda X: np.moveaxis(X, -1, 0)),
        (FLAT.T, lambda X: X.T),
    ):
        with pytest.raises(DataError):
            Digits.of(array)
        assert_same(Digits.of(undo(array), Y))


def test_bytes_can_be_kept_as_they_are() -> None:
    dim = np.ones((1, 28, 28), np.uint8)
    assert images_from(dim, "x", keep_bytes=True)[0].max() == 1
    assert images_from(dim, "x")[0].max() == 255
