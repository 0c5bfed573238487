"""Arrays in files."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest

from conftest import drawn_digits
from tenfold.errors import DataError
from tenfold.sources import open_digits

DIGITS = drawn_digits(20)


def test_an_npz_of_images_alone_is_to_be_predicted(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", DIGITS.images)
    assert len(open_digits(str(tmp_path / "a.npz")).rows_to_predict()) == 20


def test_files_of_one_array_each_are_a_pair(tmp_path: Path) -> None:
    np.savez(tmp_path / "X_kannada_MNIST_train.npz", DIGITS.images)
    np.savez(tmp_path / "y_kannada_MNIST_train.npz", DIGITS.labels)
    np.savez(tmp_path / "y_kannada_MNIST_test.npz", DIGITS.labels[::-1])
    digits = open_digits(str(tmp_path / "X_kannada_MNIST_train.npz")).training_rows()
    np.testing.assert_array_equal(digits.labels, DIGITS.labels)


def test_a_folder_of_npy_files_has_train_and_test(tmp_path: Path) -> None:
    for split, rows in (("train", 20), ("test", 5)):
        np.save(tmp_path / f"{split}_images.npy", DIGITS.images[:rows])
        np.save(tmp_path / f"{split}_labels.npy", DIGITS.labelled()[:rows])
    source = open_digits(str(tmp_path))
    assert (len(source.training_rows()), len(source.labelled_rows())) == (20, 5)


def test_labels_without_images_say_so(tmp_path: Path) -> None:
    np.save(tmp_path / "y_train.npy", DIGITS.labels)
    with pytest.raises(DataError, match="no images are beside it"):
        open_digits(str(tmp_path / "y_train.npy"))


def test_labels_of_other_images_are_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", X=DIGITS.images, y=DIGITS.labelled()[:-1])
    with pytest.raises(DataError, match="19 labels for 20 images"):
        open_digits(str(tmp_path / "a.npz"))


def test_a_bomb_of_zeros_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    header = np.lib.format.header_data_from_array_1_0(np.zeros((1, 28, 28), np.uint8))
    header["shape"] = (10_000_000, 28, 28)
    with (
        zipfile.ZipFile(tmp_path / "a.npz", "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("X.npy", "w") as member,
    ):
        np.lib.format.write_array_header_1_0(member, header)
        member.write(bytes(1000))
    with pytest.raises(DataError, match="larger than 2 GiB"):
        open_digits(str(tmp_path / "a.npz"))


def test_validation_rows_are_said_to_be_left_out(tmp_path: Path) -> None:
    arrays = {f"{split}_images": DIGITS.images for split in ("train", "val")}
    arrays |= {f"{split}_labels": DIGITS.labels for split in ("train", "val")}
    np.savez(tmp_path / "a.npz", **arrays)
    notes = open_digits(str(tmp_path / "a.npz")).notes
    assert notes == (f"{tmp_path / 'a.npz'}: left out: val_images, val_labels",)
