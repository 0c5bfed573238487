"""The reader of a path is chosen by what is there."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import numpy as np
import pytest

from conftest import csv_text, drawn_digits, paint, write_idx, write_kaggle_zip
from tenfold.digits import Digits
from tenfold.errors import DataError
from tenfold.sources import open_digits
from tenfold.sources.opening import join_training


@pytest.fixture
def zip_file(tmp_path: Path, digits: Digits) -> Path:
    return write_kaggle_zip(tmp_path / "digit-recognizer.zip", digits, drawn_digits(30, seed=1))


def test_the_zip_has_both_parts(zip_file: Path, digits: Digits) -> None:
    source = open_digits(str(zip_file))
    assert source.train is not None
    assert source.test is not None
    np.testing.assert_array_equal(source.train.images, digits.images)
    assert source.train.place(0) == f"{zip_file}: train.csv:2"
    assert len(source.test) == 30
    assert source.test.labels is None


def test_only_the_part_that_is_asked_for_is_read(zip_file: Path) -> None:
    assert open_digits(str(zip_file), ("train",)).test is None
    assert open_digits(str(zip_file), ("test",)).train is None


def test_the_folder_has_the_lineage_of_the_zip(zip_file: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(zip_file) as archive:
        archive.extractall(tmp_path / "unpacked")
    from_zip = open_digits(str(zip_file)).training_rows()
    from_folder = open_digits(str(tmp_path / "unpacked")).training_rows()
    assert from_zip.files[0].sha256 == from_folder.files[0].sha256


def test_a_zip_in_a_folder_of_the_zip_is_found(tmp_path: Path, digits: Digits) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("digit-recognizer/train.csv", csv_text(digits))
    assert len(open_digits(str(tmp_path / "a.zip")).training_rows()) == len(digits)


def test_a_single_csv_is_training_data_if_it_has_labels(tmp_path: Path, digits: Digits) -> None:
    (tmp_path / "a.csv").write_text(csv_text(digits))
    (tmp_path / "b.csv").write_text(csv_text(digits, labelled=False))
    labelled, unlabelled = (open_digits(str(tmp_path / name)) for name in ("a.csv", "b.csv"))
    assert (labelled.train is None, labelled.test is None) == (False, True)
    assert (unlabelled.train is None, unlabelled.test is None) == (True, False)
    with pytest.raises(DataError, match="training needs"):
        unlabelled.training_rows()


def test_the_four_mnist_names_are_a_pair(tmp_path: Path, digits: Digits) -> None:
    write_idx(tmp_path, "train", digits, zipped=True)
    write_idx(tmp_path, "t10k", drawn_digits(40, seed=1))
    source = open_digits(str(tmp_path))
    assert len(source.training_rows()) == 200
    assert len(source.labelled_rows()) == 40  # MNIST's own test rows, which have labels
    assert len(source.rows_to_predict()) == 40


def test_an_image_file_finds_its_labels(tmp_path: Path, digits: Digits) -> None:
    write_idx(tmp_path, "train", digits)
    source = open_digits(str(tmp_path / "train-images-idx3-ubyte"))
    np.testing.assert_array_equal(source.training_rows().labels, digits.labels)


def test_training_images_without_their_labels_say_which_file_is_missing(
    tmp_path: Path, digits: Digits
) -> None:
    write_idx(tmp_path, "train", digits)
    write_idx(tmp_path, "t10k", drawn_digits(40, seed=1))
    (tmp_path / "train-labels-idx1-ubyte").unlink()
    assert len(open_digits(str(tmp_path), ("test",)).rows_to_predict()) == 40
    with pytest.raises(DataError, match="train-labels-idx1-ubyte: cannot be read: No such file"):
        open_digits(str(tmp_path), ("train",))


def test_plain_labels_belong_to_zipped_images_too(tmp_path: Path, digits: Digits) -> None:
    write_idx(tmp_path, "train", digits, zipped=True)
    (tmp_path / "train-labels-idx1-ubyte.gz").unlink()
    write_idx(tmp_path / "plain", "train", digits)
    (tmp_path / "plain" / "train-labels-idx1-ubyte").rename(tmp_path / "train-labels-idx1-ubyte")
    shutil.rmtree(tmp_path / "plain")
    assert len(open_digits(str(tmp_path)).training_rows()) == len(digits)


def test_the_same_rows_given_twice_are_refused(tmp_path: Path, digits: Digits) -> None:
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text(csv_text(digits))
    with pytest.raises(DataError, match=r"b\.csv: has the same rows as .*a\.csv"):
        join_training([open_digits(str(tmp_path / name)) for name in ("a.csv", "b.csv")])


@pytest.mark.parametrize("inside", [False, True], ids=["by itself", "in a folder"])
def test_a_document_is_named_with_the_way_out(tmp_path: Path, inside: bool) -> None:
    (tmp_path / "form.pdf").write_bytes(b"%PDF-1.7")
    with pytest.raises(DataError, match=r"form\.pdf:? is a PDF document") as caught:
        open_digits(str(tmp_path if inside else tmp_path / "form.pdf"))
    assert "tenfold read FILE.pdf" in caught.value.hint


def test_the_zip_is_found_in_its_folder(zip_file: Path) -> None:
    assert len(open_digits(str(zip_file.parent)).training_rows()) == 200


def test_plots_beside_tables_are_no_digits(tmp_path: Path) -> None:
    paint().save(tmp_path / "plot.png")
    (tmp_path / "results.csv").touch()
    with pytest.raises(DataError, match=r"results\.csv: is empty"):
        open_digits(str(tmp_path))


def test_an_empty_folder_says_what_it_looked_for(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"no train\.csv, test\.csv, IDX files or pictures"):
        open_digits(str(tmp_path))


def test_a_missing_path_begins_as_it_was_typed() -> None:
    with pytest.raises(DataError, match=r"^\./nowhere\.csv: no such file"):
        open_digits("./nowhere.csv")


def test_several_sources_are_joined_in_order(tmp_path: Path, digits: Digits) -> None:
    (tmp_path / "a.csv").write_text(csv_text(digits))
    write_idx(tmp_path / "b", "train", drawn_digits(50, seed=2))
    joined = join_training([open_digits(str(tmp_path / name)) for name in ("a.csv", "b")])
    assert len(joined) == 250
    assert len(joined.files) == 3
