"""Tables and arrays inside a zip, read without unpacking it."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest

from conftest import csv_text, drawn_digits, write_kaggle_zip
from cut_inputs import found, read_all
from tenfold.errors import DataError


def test_of_kaggles_zip_the_test_set_is_scored(tmp_path: Path) -> None:
    path = write_kaggle_zip(tmp_path / "k.zip", drawn_digits(30), drawn_digits(20, seed=3))
    (file,) = found(path)
    assert file.member == "test.csv"
    assert np.array_equal(read_all(path).images, drawn_digits(20, seed=3).images)


def test_arrays_and_tables_are_members(tmp_path: Path) -> None:
    path = tmp_path / "many.zip"
    array = io.BytesIO()
    np.save(array, drawn_digits(10).images)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("b/part10.npy", array.getvalue())
        archive.writestr("b/part2.csv", csv_text(drawn_digits(7)))
        archive.writestr("__MACOSX/part2.csv", "no table")
        archive.writestr("notes.md", "no table")
    assert [file.shown for file in found(path)] == [
        f"{path}: b/part2.csv",
        f"{path}: b/part10.npy",
    ]


def test_of_an_npz_the_images_are_scored(tmp_path: Path) -> None:
    tiles = drawn_digits(12).images
    np.savez_compressed(tmp_path / "d.npz", x_test=tiles, y_test=np.arange(12), x_train=tiles[:3])
    read = read_all(tmp_path / "d.npz")
    assert np.array_equal(read.images, tiles)


def test_a_zip_without_tables_says_what_it_holds(tmp_path: Path) -> None:
    path = tmp_path / "p.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.png", b"")
    with pytest.raises(DataError, match=r"p\.zip: holds no table of digits, but a\.png"):
        found(path)
