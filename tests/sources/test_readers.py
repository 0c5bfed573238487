"""The choice of a reader by what is at a path."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest

from archives import make_tar_gz, make_zip
from conftest import NEEDS_PHOTO, csv_text, drawn_digits, write_idx
from picture_folders import save
from tenfold.digits import AUTO, IN_MEMORY
from tenfold.errors import DataError
from tenfold.sources.readers import readers_of

DIGITS = drawn_digits(12)
TRAIN, TEST = csv_text(DIGITS), csv_text(DIGITS, labelled=False)


def rows_of(path: Path) -> dict[str, int]:
    """How many rows each reader of a path reads."""
    with contextlib.ExitStack() as unpacked:
        readers = readers_of(str(path), AUTO, unpacked)
        return {split: len(read()[0]) for split, read in readers.items()}


def refusal(path: Path | str) -> DataError:
    with contextlib.ExitStack() as unpacked, pytest.raises(DataError) as caught:
        readers_of(str(path), AUTO, unpacked)
    return caught.value


def test_kaggles_files_are_found_in_a_folder_a_zip_and_a_tar(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "train.csv").write_text(TRAIN)
    (folder / "test.csv").write_text(TEST)
    members = {"train.csv": TRAIN.encode(), "test.csv": TEST.encode()}
    expected = {"train": 12, "test": 12}
    assert rows_of(folder) == expected
    assert rows_of(make_zip(tmp_path / "a.zip", members)) == expected
    assert rows_of(make_tar_gz(tmp_path / "a.tgz", members)) == expected


def test_kaggles_zip_is_found_in_its_folder(tmp_path: Path) -> None:
    make_zip(tmp_path / "digit-recognizer.zip", {"train.csv": TRAIN.encode()})
    assert rows_of(tmp_path) == {"train": 12}


def test_idx_files_are_a_pair_in_a_folder_and_in_a_zip(tmp_path: Path) -> None:
    write_idx(tmp_path / "idx", "train", DIGITS)
    members = {f"idx/{path.name}": path.read_bytes() for path in (tmp_path / "idx").iterdir()}
    assert rows_of(tmp_path / "idx") == {"train": 12}
    assert rows_of(make_zip(tmp_path / "a.zip", members)) == {"train": 12}


def test_a_folder_that_is_alone_in_another_is_looked_into(tmp_path: Path) -> None:
    write_idx(tmp_path / "idx", "train", DIGITS)
    outer = tmp_path / "outer" / "middle"
    outer.mkdir(parents=True)
    (tmp_path / "idx").rename(outer / "idx")
    (tmp_path / "outer" / ".DS_Store").touch()  # of a system, so the folder is alone all the same
    assert rows_of(tmp_path / "outer") == {"train": 12}


def test_a_class_folder_that_is_alone_is_not_taken_for_a_wrapper(tmp_path: Path) -> None:
    pytest.importorskip("cv2", reason=NEEDS_PHOTO)
    save(DIGITS, 7, tmp_path / "d" / "7" / "a.png")
    with contextlib.ExitStack() as unpacked:
        (read,) = readers_of(str(tmp_path / "d"), AUTO, unpacked).values()
        assert read()[0].labelled().tolist() == [7]


def test_a_table_alone_is_one_file(tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_text(TRAIN)
    assert rows_of(tmp_path / "mine.csv") == {"file": 12}


@pytest.mark.parametrize(
    ("path", "hint"),
    [
        ("mnits", "mnist is the name of a data set: tenfold fetch mnist"),
        ("https://example.org/a.zip", "download it first"),
        ("no-such-file.csv", "Kaggle's file is digit-recognizer.zip"),
        (IN_MEMORY, "begun with arrays"),
    ],
)
def test_a_path_that_is_not_there_gets_the_likely_remedy(path: str, hint: str) -> None:
    problem = refusal(path)
    assert problem.message == f"{path}: no such file or folder"
    assert hint in problem.hint


def test_a_document_in_a_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "scan10.pdf").write_bytes(b"%PDF-1.7\n")
    (tmp_path / "scan9.pdf").write_bytes(b"%PDF-1.7\n")
    assert "scan9.pdf is a PDF document, no rows" in refusal(tmp_path).message


def test_a_folder_with_another_table_names_it(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("x,y\n1,2\n")
    (tmp_path / "b.csv").write_text("x,y\n1,2\n")
    assert refusal(tmp_path).hint == f"give the file that you mean, such as {tmp_path / 'a.csv'}"
