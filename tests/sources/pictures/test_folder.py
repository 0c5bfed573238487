"""Folders of pictures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from conftest import NEEDS_PHOTO, paint
from tenfold.errors import DataError
from tenfold.sources import open_digits


def test_pictures_by_class_are_framed_and_tiles_kept(tmp_path: Path) -> None:
    pytest.importorskip("cv2", reason=NEEDS_PHOTO)
    tile = np.zeros((28, 28), np.uint8)
    tile[4:24, 10:18] = 200
    for digit in range(10):
        (tmp_path / str(digit)).mkdir()
        paint(str(digit)).save(tmp_path / str(digit) / "a.png")
        Image.fromarray(tile).save(tmp_path / str(digit) / "b.png")
    (tmp_path / "3" / "notes.txt").write_text("not a picture")
    source = open_digits(str(tmp_path))
    assert source.notes == (f"{tmp_path}: 1 other file was left out",)
    rows = source.training_rows()
    assert rows.labelled().tolist() == [digit for digit in range(10) for _ in "ab"]
    assert rows.place(6) == str(tmp_path / "3" / "a.png")
    np.testing.assert_array_equal(rows.images[7], tile)
    for image in rows.images[::2]:
        inked = np.flatnonzero(image.any(axis=1))
        assert inked[-1] - inked[0] + 1 == 20  # every painted digit is taller than wide


def test_pictures_come_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    pytest.importorskip("cv2", reason=NEEDS_PHOTO)
    for number in range(1, 13):
        paint(str(number % 10)).save(tmp_path / f"{number}.png")
    rows = open_digits(str(tmp_path)).rows_to_predict()
    assert rows.names == tuple(str(tmp_path / f"{number}.png") for number in range(1, 13))


def test_documents_among_pictures_are_named(tmp_path: Path) -> None:
    pytest.importorskip("cv2", reason=NEEDS_PHOTO)
    paint().save(tmp_path / "a.png")
    (tmp_path / "form.pdf").write_bytes(b"%PDF-1.7")
    (tmp_path / "notes.txt").touch()
    source = open_digits(str(tmp_path))
    assert source.notes == (f"{tmp_path}: 2 other files were left out, among them form.pdf",)


def test_files_that_are_broken_and_files_of_pages_have_their_own_remedies(tmp_path: Path) -> None:
    pages = [paint("1"), paint("2")]
    pages[0].save(tmp_path / "a.tif", save_all=True, append_images=pages[1:])
    with pytest.raises(DataError, match=r"a\.tif: holds 2 pages") as caught:
        open_digits(str(tmp_path))
    assert "page-%d.png" in caught.value.hint


def test_an_unreadable_picture_is_named(tmp_path: Path) -> None:
    pytest.importorskip("cv2", reason=NEEDS_PHOTO)
    (tmp_path / "0").mkdir()
    (tmp_path / "0" / "a.png").write_bytes(b"not a picture")
    paint().save(tmp_path / "0" / "b.png")
    with pytest.raises(DataError, match=r"0/a\.png: not a picture") as caught:
        open_digits(str(tmp_path))
    assert caught.value.fault_count == 1


def test_pictures_without_classes_are_rows_to_predict(tmp_path: Path) -> None:
    pytest.importorskip("cv2", reason=NEEDS_PHOTO)
    paint().save(tmp_path / "a.png")
    source = open_digits(str(tmp_path))
    assert source.train is None
    assert len(source.rows_to_predict()) == 1
