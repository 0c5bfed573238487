"""Data in memory as a source."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from conftest import drawn_digits
from tenfold.checks import check
from tenfold.classifier import Classifier
from tenfold.digits import Digits
from tenfold.errors import DataError
from tenfold.predictions import predict
from tenfold.sources import open_digits

DIGITS = drawn_digits(40)
X, Y = DIGITS.images, DIGITS.labelled()


@pytest.mark.parametrize(
    "data",
    [
        (X, Y),
        Digits.of(X, Y),
        open_digits((X, Y)),
        ((X, Y), (X[:9], Y[:9])),
        {"train": (X, Y), "test": X[:9]},
    ],
    ids=["a pair", "Digits", "a Source", "as Keras loads it", "by name"],
)
def test_labelled_rows_are_for_training(data: Any) -> None:
    np.testing.assert_array_equal(open_digits(data).training_rows().labels, Y)


def test_the_test_rows_of_keras_are_kept_apart() -> None:
    source = open_digits(((X, Y), (X[:9], Y[:9])))
    assert len(source.labelled_rows()) == 9
    assert source.path == "arrays in memory"


def test_rows_without_labels_are_to_be_predicted() -> None:
    source = open_digits(X / 255)
    assert source.train is None
    assert len(source.rows_to_predict()) == 40
    assert source.notes == ("arrays in memory: pixels 0..1, scaled to 0..255, 40 rows",)


def test_no_rows_are_refused() -> None:
    with pytest.raises(DataError, match="hold no images"):
        open_digits(X[:0])


def test_arrays_of_a_run_have_to_be_given_again() -> None:
    with pytest.raises(DataError, match="no such file") as caught:
        open_digits("arrays in memory")
    assert "resume(DIR, data=(X, y))" in caught.value.hint


def test_predict_and_check_take_arrays() -> None:
    labels = predict(X / 255).labels
    np.testing.assert_array_equal(labels, Classifier.load("mnist").predict(X))
    assert check((X, Y)).train is not None


@pytest.mark.parametrize(
    "images",
    [X.reshape(40, 784) / 255, X[:, None].astype(np.float32), list(X), X[..., None].tolist()],
    ids=["rows of 0..1", "float32 0..255", "a list of arrays", "nested lists"],
)
def test_the_classifier_takes_what_digits_takes(images: Any) -> None:
    classifier = Classifier.load("mnist")
    np.testing.assert_array_equal(classifier.predict(images), classifier.predict(X))


def test_the_classifier_says_how_to_convert() -> None:
    with pytest.raises(DataError, match=r"images: holds -1 to") as caught:
        Classifier.load("mnist").predict(X / 127.5 - 1)
    assert "(X + 1) / 2" in caught.value.hint
