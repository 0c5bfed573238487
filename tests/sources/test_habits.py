"""Digits as other programs and people keep them: read, or refused with a remedy that works."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from digit_content import ROWS, content
from habits import READ, REFUSED, csv_of, frame, npz_of, scaled, small_table
from tenfold.digits import DataOptions, Digits
from tenfold.errors import DataError
from tenfold.sources import open_digits

pytest.importorskip("pandas")


@pytest.mark.filterwarnings("ignore")  # of the libraries that write
@pytest.mark.parametrize("habit", READ)
def test_it_is_read(habit: str, sample: Digits, tmp_path: Path) -> None:
    if "Parquet" in habit or "Hugging" in habit:
        pytest.importorskip("pyarrow")
    found = open_digits(str(READ[habit](tmp_path, sample))).training_rows()
    assert content(found) == content(sample)


@pytest.mark.filterwarnings("ignore")  # of the libraries that convert
@pytest.mark.parametrize("habit", REFUSED)
def test_it_is_refused_and_the_remedy_works(
    habit: str, sample: Digits, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make, said, (part, instead) = REFUSED[habit]
    path = make(tmp_path, sample)
    error = refusal(path)
    assert said in error.message
    assert instead in error.hint  # the hint itself names the alternative
    if "import arff" in error.hint:
        pytest.importorskip("arff")
    code = "\n".join(lines_of(error.hint)).replace("'FILE'", repr(path.name))
    monkeypatch.chdir(tmp_path)
    exec(code.replace(part, instead) if part else code, {})
    (other,) = tmp_path.glob("OTHER.*")
    found = open_digits(str(other))
    if found.train is None:  # a picture of many digits has no labels
        np.testing.assert_array_equal(found.rows_to_predict().images, sample.images)
        return
    assert content(found.train) == content(sample)


def refusal(path: Path) -> DataError:
    with pytest.raises(DataError) as caught:
        open_digits(str(path))
    return caught.value


def lines_of(hint: str) -> list[str]:
    """The first two lines of code."""
    return [line.strip() for line in hint.splitlines() if line.startswith("  ")][:2]


@pytest.mark.parametrize(
    ("width", "said"), [(65, "optdigits"), (257, "zip.train (USPS)"), (266, "semeion.data")]
)
def test_small_images_are_named_and_the_remedy_frames_them(
    width: int, said: str, sample: Digits, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    error = refusal(small_table(width)(tmp_path, sample))
    assert said in error.message
    monkeypatch.chdir(tmp_path)
    exec("\n".join(lines_of(error.hint)), {})
    found = open_digits("OTHER.npz").training_rows()
    np.testing.assert_array_equal(found.labels, sample.labels)
    inked = found.images.any(axis=(1, 2))
    assert inked.all()
    side = np.maximum(*(np.ptp(np.nonzero(found.images[0]), axis=1) + 1))
    assert side == 20


@pytest.mark.parametrize("form", ["csv", "npz"])
def test_dark_ink_is_said_and_left(form: str, sample: Digits, tmp_path: Path) -> None:
    make = (
        csv_of(lambda t, d: scaled(t, lambda x: 255 - x))
        if form == "csv"
        else npz_of(lambda d: 255 - d.images)
    )
    source = open_digits(str(make(tmp_path, sample)))
    np.testing.assert_array_equal(source.training_rows().images, 255 - sample.images)
    assert "dark on a bright ground, and are left as they are" in source.notes[-1]


def test_labels_of_minus_one_are_none_with_the_option(sample: Digits, tmp_path: Path) -> None:
    path = csv_of(lambda t, d: t.assign(label=-1))(tmp_path, sample)
    assert "--label none" in refusal(path).hint
    found = open_digits(str(path), options=DataOptions("none")).rows_to_predict()
    np.testing.assert_array_equal(found.images, sample.images)


def test_another_column_of_numbers_is_left_out_with_the_option(
    sample: Digits, tmp_path: Path
) -> None:
    path = csv_of(lambda t, d: t.assign(age=np.arange(ROWS) * 7 % 93))(tmp_path, sample)
    assert "--label first leaves it out" in refusal(path).hint
    found = open_digits(str(path), options=DataOptions("first")).training_rows()
    assert content(found) == content(sample)


def test_a_pointer_of_git_lfs_is_named(tmp_path: Path) -> None:
    (tmp_path / "train.csv").write_text(
        "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 76775041\n"
    )
    error = refusal(tmp_path / "train.csv")
    assert "is a pointer of Git LFS" in error.message
    assert "git lfs pull" in error.hint


def test_strips_in_a_folder_are_no_digits(sample: Digits, tmp_path: Path) -> None:
    for digit in range(10):
        strip = np.hstack(list(sample.images[sample.labelled() == digit]))
        (tmp_path / str(digit)).mkdir()
        Image.fromarray(strip).save(tmp_path / str(digit) / "all.png")
    error = refusal(tmp_path)
    assert error.fault_count == 10
    assert "all.png: is a strip of" in error.message


def in_memory(digits: Digits) -> dict[str, Any]:
    import pandas
    from sklearn.utils import Bunch

    X, y = digits.images.reshape(ROWS, 784), digits.labelled()
    table = frame(digits)
    pixels = table.drop(columns="label")
    words = pandas.Series(y.astype(str), dtype="category", name="class")
    return {
        "fetch_openml, frames": (pixels, words),
        "fetch_openml, arrays": (X.astype(np.float64), y.astype(str).astype(object)),
        "fetch_openml, a Bunch": Bunch(data=pixels, target=words),
        "a frame with its class": pixels.assign(**{"class": words}),
        "Keras": ((digits.images, y.astype(np.uint8)), (digits.images, y.astype(np.uint8))),
        "Keras, scaled and one-hot": (digits.images[..., None] / 255, np.eye(10)[y]),
        "pictures": ([Image.fromarray(image) for image in digits.images], y.tolist()),
        "a Series": (X, pandas.Series(y)),
    }


@pytest.mark.parametrize(
    "form",
    ["fetch_openml, frames", "fetch_openml, arrays", "fetch_openml, a Bunch",
     "a frame with its class", "Keras", "Keras, scaled and one-hot", "pictures", "a Series"],
)  # fmt: skip
def test_it_is_taken_from_memory(form: str, sample: Digits) -> None:
    found = open_digits(in_memory(sample)[form]).training_rows()
    np.testing.assert_array_equal(found.images, sample.images)
    np.testing.assert_array_equal(found.labels, sample.labels)


@pytest.mark.parametrize(
    ("change", "X"),
    [
        ("RGB", lambda d: np.repeat(d.images[..., None], 3, 3)),
        ("normalised", lambda d: (d.images / 255 - 0.1307) / 0.3081),
        ("columns", lambda d: d.images.reshape(ROWS, 784).T),
    ],
)
def test_what_memory_holds_is_converted_by_the_remedy(change: str, X: Any, sample: Digits) -> None:
    with pytest.raises(DataError) as caught:
        open_digits((X(sample), sample.labels))
    names = {"X": X(sample), "numpy": np}
    exec("X = " + caught.value.hint.partition("X = ")[2], names)
    found = open_digits((names["X"], sample.labels)).training_rows()
    np.testing.assert_array_equal(found.images, sample.images)
