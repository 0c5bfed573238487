"""Labels in a file of their own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from conftest import drawn_digits
from data_forms import PIXELS_0, flat, one_hot, text
from tenfold.digits import DataOptions
from tenfold.errors import DataError
from tenfold.sources import open_digits
from tenfold.sources.tables.label_files import label_file

DIGITS = drawn_digits(20)


def as_ardis(value: float) -> str:
    return f"{value:.18e}"


def write_ardis(folder: Path, split: str = "train") -> Path:
    """As ARDIS has its digits in MNIST's size: floats between blanks, one-hot labels."""
    images, labels = folder / f"ARDIS_{split}_2828.csv", folder / f"ARDIS_{split}_labels.csv"
    images.write_text(text(flat(DIGITS), separator=" ", cell=as_ardis))
    labels.write_text(text(one_hot(DIGITS), separator=" ", cell=as_ardis))
    return images


def test_ardis_has_its_labels_in_a_second_file(tmp_path: Path) -> None:
    path = write_ardis(tmp_path)
    source = open_digits(str(path))
    found = source.training_rows()
    np.testing.assert_array_equal(found.images, DIGITS.images)
    np.testing.assert_array_equal(found.labels, DIGITS.labels)
    (note,) = source.notes
    assert f"labels from {tmp_path / 'ARDIS_train_labels.csv'}" in note
    assert "no labels" not in note
    assert [file.rows for file in found.files] == [20, 0]


def test_ardis_in_a_folder_has_training_and_test_rows(tmp_path: Path) -> None:
    write_ardis(tmp_path)
    write_ardis(tmp_path, "test")
    source = open_digits(str(tmp_path))
    np.testing.assert_array_equal(source.training_rows().labels, DIGITS.labels)
    np.testing.assert_array_equal(source.labelled_rows().labels, DIGITS.labels)


LABELS = DIGITS.labelled()
TEXTS = {
    "bare": "\n".join(map(str, LABELS)) + "\n",
    "with a name": "label\n" + "\n".join(map(str, LABELS)) + "\n",
    "as pandas writes a Series": ",label\n" + "\n".join(f"{n},{y}" for n, y in enumerate(LABELS)),
    "as R writes one": '"","x"\n' + "\n".join(f'"{n}",{y}' for n, y in enumerate(LABELS, 1)),
    "floats": "\r\n".join(f"{y}.0" for y in LABELS),
}


@pytest.mark.parametrize("form", TEXTS)
def test_the_forms_of_a_label_file(form: str, tmp_path: Path) -> None:
    (tmp_path / "X_train.csv").write_text(text(flat(DIGITS), PIXELS_0))
    (tmp_path / "y_train.csv").write_text(TEXTS[form])
    for path in (tmp_path / "X_train.csv", tmp_path):
        found = open_digits(str(path)).training_rows()
        np.testing.assert_array_equal(found.labels, LABELS)


def test_other_labels_are_left_alone(tmp_path: Path) -> None:
    for name in ("mine.csv", "X_train.csv", "X_test.csv", "y_test.csv", "labels.csv"):
        (tmp_path / name).touch()
    assert label_file(str(tmp_path / "mine.csv")) is None
    assert label_file(str(tmp_path / "X_train.csv")) is None
    assert label_file(str(tmp_path / "X_test.csv")) == str(tmp_path / "y_test.csv")


def test_a_count_that_differs_is_an_error_that_an_option_ends(tmp_path: Path) -> None:
    path = write_ardis(tmp_path)
    (tmp_path / "ARDIS_train_labels.csv").write_text("1\n2\n")
    with pytest.raises(DataError, match="2 labels for the 20 images") as caught:
        open_digits(str(path))
    assert "--label none" in caught.value.hint
    assert open_digits(str(path), options=DataOptions("none")).train is None


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("1\n2\nthree\n", ":3: is no row of numbers"),
        ("1\n2 3\n", ":2: 2 numbers, expected 1"),
        ("", "holds no labels"),
        ("1 2 3\n" * 20, "has 3 columns"),
        ("26\n" * 20, "label is 26"),
    ],
)
def test_faults_are_told(content: str, said: str, tmp_path: Path) -> None:
    path = write_ardis(tmp_path)
    (tmp_path / "ARDIS_train_labels.csv").write_text(content)
    with pytest.raises(DataError) as caught:
        open_digits(str(path))
    assert said in str(caught.value)
