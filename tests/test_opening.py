from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from conftest import NEEDS_PHOTO, csv_text, drawn_digits, paint, write_idx, write_kaggle_zip
from tenfold.digits import Digits
from tenfold.errors import DataError
from tenfold.sources import kaggle, open_digits
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


def test_a_zip_of_other_things_says_what_it_holds(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("holiday.jpg", b"")
    with pytest.raises(DataError, match=r"no train\.csv and no test\.csv, but holiday\.jpg"):
        open_digits(str(tmp_path / "a.zip"))


def test_two_train_csvs_in_a_zip_are_not_guessed_between(tmp_path: Path, digits: Digits) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a/train.csv", csv_text(digits))
        archive.writestr("b/train.csv", csv_text(digits))
    with pytest.raises(DataError, match=r"2 files named train\.csv"):
        open_digits(str(tmp_path / "a.zip"))


def test_a_broken_zip(zip_file: Path) -> None:
    zip_file.write_bytes(zip_file.read_bytes()[:5000])
    with pytest.raises(DataError, match=r"digit-recognizer\.zip"):
        open_digits(str(zip_file))


def test_a_damaged_member(zip_file: Path) -> None:
    content = bytearray(zip_file.read_bytes())
    content[3000:3100] = bytes(100)
    zip_file.write_bytes(content)
    with pytest.raises(DataError, match=r"train\.csv"):
        open_digits(str(zip_file))


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
    with pytest.raises(DataError, match="train-labels-idx1-ubyte: No such file"):
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


@pytest.mark.parametrize("inside", [False, True], ids=["by itself", "in a folder"])
def test_a_document_is_named_with_the_way_out(tmp_path: Path, inside: bool) -> None:
    (tmp_path / "form.pdf").write_bytes(b"%PDF-1.7")
    with pytest.raises(DataError, match=r"form\.pdf:? is a PDF document") as caught:
        open_digits(str(tmp_path if inside else tmp_path / "form.pdf"))
    assert "pdftoppm -r 200 -png" in caught.value.hint


def test_an_office_document_is_no_zip_of_rows(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "digits.xlsx", "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
    with pytest.raises(DataError, match="holds no train") as caught:
        open_digits(str(tmp_path / "digits.xlsx"))
    assert "save the sheet as CSV" in caught.value.hint


def test_a_zip_of_pictures_is_to_be_unpacked(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "digits.zip", "w") as archive:
        archive.writestr("0/a.png", b"x")
    with pytest.raises(DataError) as caught:
        open_digits(str(tmp_path / "digits.zip"))
    assert "unpack it, and give the folder" in caught.value.hint


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


def test_the_zip_is_found_in_its_folder(zip_file: Path) -> None:
    assert len(open_digits(str(zip_file.parent)).training_rows()) == 200


def test_plots_beside_tables_are_no_digits(tmp_path: Path) -> None:
    paint().save(tmp_path / "plot.png")
    (tmp_path / "results.csv").touch()
    with pytest.raises(DataError, match="a folder with no"):
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


def test_a_kaggle_notebook_finds_its_data(
    tmp_path: Path, digits: Digits, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "train.csv").write_text(csv_text(digits))
    monkeypatch.setattr(kaggle, "NOTEBOOK_FOLDER", str(tmp_path))
    monkeypatch.setenv("KAGGLE_KERNEL_RUN_TYPE", "Interactive")
    assert open_digits(None).path == str(tmp_path)


@pytest.mark.train
def test_the_sample_is_1797_digits_with_a_fifth_held_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KAGGLE_KERNEL_RUN_TYPE", raising=False)
    source = open_digits(None)
    assert source.path == "sample"
    assert source.train is not None
    assert source.test is not None
    assert len(source.train) + len(source.test) == 1797
    assert len(source.test) == pytest.approx(1797 / 5, abs=5)
    train = {image.tobytes() for image in source.train.images}
    assert not any(image.tobytes() in train for image in source.test.images)
