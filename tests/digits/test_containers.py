"""Images and labels that come in one thing."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PIL import Image

import tenfold
from conftest import drawn_digits
from tenfold.digits.containers import is_data_set, is_pairs, taken_apart
from tenfold.errors import DataError
from tenfold.sources import open_digits

DIGITS = drawn_digits(12)
PAIRS = [(image, int(y)) for image, y in zip(DIGITS.images, DIGITS.labelled(), strict=True)]


class Examples:
    """As a torch data set."""

    def __len__(self) -> int:
        return len(PAIRS)

    def __getitem__(self, row: int) -> Any:
        return PAIRS[row]


class Loader:
    """As torch's DataLoader."""

    dataset, batch_size = Examples(), 4


class Mappings(Examples):
    def __getitem__(self, row: int) -> Any:
        return {"pixel_values": PAIRS[row][0], "labels": PAIRS[row][1]}


ARRAYS = {"X_train": DIGITS.images, "y_train": DIGITS.labels, "target_names": list("0123456789")}
FORMS: dict[str, Any] = {
    "pairs": lambda: PAIRS,
    "zip": lambda: zip(DIGITS.images, DIGITS.labelled(), strict=True),
    "pictures in pairs": lambda: [(Image.fromarray(image), y) for image, y in PAIRS],
    "a data set": Examples,
    "a loader": Loader,
    "mappings": Mappings,
    "arrays by name": lambda: ARRAYS,
}


@pytest.mark.parametrize("form", FORMS)
def test_it_is_data(form: str) -> None:
    found = open_digits(FORMS[form]()).training_rows()
    np.testing.assert_array_equal(found.images, DIGITS.images)
    np.testing.assert_array_equal(found.labels, DIGITS.labels)


@pytest.mark.parametrize("form", [form for form in FORMS if form != "arrays by name"])
def test_a_classifier_takes_it(form: str) -> None:
    classifier = tenfold.Classifier.load("mnist")
    expected = classifier.predict(DIGITS.images)
    np.testing.assert_array_equal(classifier.predict(FORMS[form]()), expected)


def test_a_frame_with_a_column_of_images() -> None:
    pandas = pytest.importorskip("pandas")
    table = pandas.DataFrame({"image": list(DIGITS.images), "label": DIGITS.labels})
    np.testing.assert_array_equal(open_digits(table).training_rows().images, DIGITS.images)
    packed = pandas.DataFrame({"image": [{"bytes": b""}], "label": [1]})
    with pytest.raises(DataError, match="holds files of pictures") as caught:
        open_digits(packed)
    assert "Image.open(io.BytesIO(cell['bytes'])) for cell in X['image']" in caught.value.hint


def test_what_is_left_out_is_said() -> None:
    assert open_digits(ARRAYS).notes[-1].endswith("left out: target_names")


def test_what_is_no_container_stays_as_it_is() -> None:
    for data in (DIGITS.images, PAIRS[0], [1, 2], "path"):
        assert not is_data_set(data)
        assert not is_pairs(data)
    assert taken_apart(DIGITS.images, "x")[1] is None


TILE = DIGITS.images[0]


class DataSet:
    def __init__(self, *items: Any) -> None:
        self.items = items

    def __len__(self) -> int:
        return len(self.items)

    def __getitem__(self, row: int) -> Any:
        return self.items[row]


@pytest.mark.parametrize(
    "item", [(TILE, 3), {"image": TILE, "label": 3}, {"x": TILE, "y": 3}, [TILE, np.int64(3)]]
)
def test_examples_are_pairs_or_mappings(item: Any) -> None:
    images, labels = taken_apart(DataSet(item, item), "X")
    assert len(images) == 2
    assert labels == [3, 3]


def test_examples_without_labels_are_images() -> None:
    assert taken_apart(DataSet(TILE, (TILE,)), "X")[1] is None


def test_examples_have_labels_or_none_has() -> None:
    with pytest.raises(DataError, match="1 of 2 examples have labels"):
        taken_apart(DataSet((TILE, 3), TILE), "X")
    with pytest.raises(DataError, match="its examples have label, and no image"):
        taken_apart(DataSet({"label": 3}), "X")
