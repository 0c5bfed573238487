"""Pictures in every layout, in a folder, a zip and a tar: the same digits."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from command_line import call
from conftest import drawn_digits
from digit_content import content
from picture_folders import LAYOUTS, by_class, flat, save, tabled
from tenfold.digits import DataOptions, Digits
from tenfold.errors import DataError
from tenfold.sources import open_digits


def tiles(n: int = 20) -> Digits:
    """Pictures that are tiles already, so that the content can be compared."""
    digits = drawn_digits(n)
    images = np.zeros_like(digits.images)
    for image, label in zip(images, digits.labelled(), strict=True):
        image[6:22, 12:16] = 200
        image[13:16, 8 : 10 + label] = 255
    return Digits(images, digits.labels)


DIGITS = tiles()
NOISE = (
    ".DS_Store",
    "._0.png",
    "Thumbs.db",
    ".ipynb_checkpoints/0-checkpoint.png",
    "__MACOSX/0.png",
)


def in_folder(folder: Path) -> Path:
    return folder


def packed(kind: str) -> Callable[[Path], Path]:
    def pack(folder: Path) -> Path:
        archive = shutil.make_archive(str(folder.parent / "mine"), kind, folder)
        shutil.rmtree(folder)
        return Path(archive)

    return pack


PACKS = {"folder": in_folder, **{kind: packed(kind) for kind in ("zip", "tar", "gztar")}}


@pytest.mark.parametrize("pack", PACKS)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_layout_is_understood(layout: str, pack: str, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    LAYOUTS[layout](folder, DIGITS)
    for name in NOISE:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(b"no picture")
    path = PACKS[pack](folder)
    source = open_digits(str(path))
    assert content(source.training_rows()) == content(DIGITS)
    assert source.training_rows().place(0).startswith(str(path))
    assert all(note.startswith(str(path)) for note in source.notes)
    assert not any("other file" in note for note in source.notes)
    assert bool(source.notes) == (layout not in ("0 to 9", "in a folder alone", "train by class"))
    assert "tenfold-" not in str(source.training_rows().files + source.notes)


def test_an_archive_has_the_lineage_of_its_folder(tmp_path: Path) -> None:
    by_class(str)(tmp_path / "mine", DIGITS)
    folder = open_digits(str(tmp_path / "mine")).training_rows()
    zipped = open_digits(str(packed("zip")(tmp_path / "mine"))).training_rows()
    assert [file.sha256 for file in zipped.files] == [file.sha256 for file in folder.files]


@pytest.mark.parametrize("given", ["folder", "table"])
@pytest.mark.parametrize("table", ["digits.csv", "digits_labels.csv", "labels.csv"])
def test_a_table_beside_the_folder(table: str, given: str, tmp_path: Path) -> None:
    tabled(table, "digits", cell="{}.png")(tmp_path, DIGITS)
    path = tmp_path / (table if given == "table" else "digits")
    found = open_digits(str(path)).training_rows()
    np.testing.assert_array_equal(found.labels, DIGITS.labels)
    np.testing.assert_array_equal(found.images, DIGITS.images)


def test_tables_for_training_and_test(tmp_path: Path) -> None:
    """As in practice problems: train.csv with labels, test.csv with names alone."""
    for row in range(20):
        save(DIGITS, row, tmp_path / "Images" / ("train" if row < 10 else "test") / f"{row}.png")
    labels = DIGITS.labelled()
    rows = "\n".join(f"{row}.png,{labels[row]}" for row in range(10))
    (tmp_path / "train.csv").write_text(f"filename,label\n{rows}\n")
    order = [*range(19, 9, -1)]
    (tmp_path / "test.csv").write_text("filename\n" + "\n".join(f"{n}.png" for n in order) + "\n")
    source = open_digits(str(tmp_path))
    np.testing.assert_array_equal(source.training_rows().labels, labels[:10])
    np.testing.assert_array_equal(source.rows_to_predict().images, DIGITS.images[order])


def test_faults_of_the_table_are_told_at_once(tmp_path: Path) -> None:
    tabled("labels.csv")(tmp_path, DIGITS)
    with (tmp_path / "labels.csv").open("a") as file:
        file.write("gone.png,3\npic000.png,ten\n")
    with pytest.raises(DataError) as caught:
        open_digits(str(tmp_path))
    assert caught.value.fault_count == 2
    assert "labels.csv:22: no picture 'gone.png' is in" in caught.value.message
    assert "labels.csv:23: label is 'ten', expected 0..9" in caught.value.message


def test_pictures_that_the_table_does_not_name_are_left_out_and_counted(tmp_path: Path) -> None:
    tabled("labels.csv")(tmp_path, DIGITS)
    save(DIGITS, 0, tmp_path / "extra.png")
    source = open_digits(str(tmp_path))
    assert len(source.training_rows()) == 20
    assert source.notes[-1] == f"{tmp_path}: 1 other file was left out"


def test_two_label_columns_leave_it_open(tmp_path: Path) -> None:
    tabled("labels.csv", head="filename,label,digit", cell="{}.png,4")(tmp_path, DIGITS)
    with pytest.raises(DataError, match="columns 2 and 3 may both be the label") as caught:
        open_digits(str(tmp_path))
    assert "--label label or --label digit" in caught.value.hint
    found = open_digits(str(tmp_path), options=DataOptions("digit")).training_rows()
    np.testing.assert_array_equal(found.labels, DIGITS.labels)


def test_a_screenshot_beside_kaggles_files_changes_nothing(tmp_path: Path) -> None:
    from conftest import csv_text

    (tmp_path / "train.csv").write_text(csv_text(DIGITS))
    save(DIGITS, 0, tmp_path / "plot.png")
    np.testing.assert_array_equal(open_digits(str(tmp_path)).training_rows().images, DIGITS.images)


def test_names_that_two_ways_can_be_read_are_refused_but_not_to_predict(tmp_path: Path) -> None:
    flat(lambda row, label: f"{label}_{row % 10}_{'ab'[row // 10]}.png")(tmp_path, DIGITS)
    for row, label in enumerate(DIGITS.labelled()):
        path = tmp_path / f"{label}_{row % 10}_{'ab'[row // 10]}.png"
        path.rename(tmp_path / f"{label}_{(row + 1) % 10}_{'ab'[row // 10]}.png")
    with pytest.raises(DataError, match="first number may be the label"):
        open_digits(str(tmp_path))
    assert len(open_digits(str(tmp_path), ("test",)).rows_to_predict()) == 20
    found = open_digits(str(tmp_path), options=DataOptions("first")).training_rows()
    assert content(found) == content(DIGITS)


@pytest.mark.parametrize("pack", PACKS)
def test_predict_goes_in_natural_order_and_names_the_files(
    pack: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    flat(lambda row, label: f"scan{row}.png")(tmp_path / "mine", DIGITS)
    path = PACKS[pack](tmp_path / "mine")
    assert call("predict", str(path), "--json") == 0
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    names = [answer["file"].removeprefix(str(path)).strip("/: ") for answer in answers]
    assert names == [f"scan{row}.png" for row in range(20)]


def test_a_broken_picture_in_a_zip_is_named_by_the_zip(tmp_path: Path) -> None:
    by_class(str)(tmp_path / "mine", DIGITS)
    (tmp_path / "mine" / "0" / "bad.png").write_bytes(b"no picture")
    path = packed("zip")(tmp_path / "mine")
    with pytest.raises(DataError) as caught:
        open_digits(str(path))
    assert caught.value.message.startswith(f"{path}: 0/bad.png: not a picture")


def test_several_data_sets_in_a_zip_are_named_with_a_true_remedy(tmp_path: Path) -> None:
    from conftest import write_idx

    for part in ("emnist-digits", "emnist-mnist"):
        write_idx(tmp_path / "gzip", f"{part}-train", DIGITS, zipped=True)
    path = packed("zip")(tmp_path / "gzip")
    with pytest.raises(DataError, match="of different data sets") as caught:
        open_digits(str(path))
    assert caught.value.hint == (
        "unpack it first; then give the file that you mean, such as "
        "emnist-digits-train-images-idx3-ubyte.gz"
    )


def test_a_colour_picture_of_another_size_is_framed_in_a_zip_too(tmp_path: Path) -> None:
    pytest.importorskip("cv2", reason="framing pictures needs the 'photo' extra")
    (tmp_path / "mine" / "7").mkdir(parents=True)
    big = np.full((60, 60, 3), 250, np.uint8)
    big[10:50, 25:32] = (20, 20, 90)
    Image.fromarray(big).save(tmp_path / "mine" / "7" / "a.png")
    found = open_digits(str(packed("zip")(tmp_path / "mine"))).training_rows()
    assert found.labelled().tolist() == [7]
    assert found.images.max() > 200
