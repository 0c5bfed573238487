"""Archives that are read as the folder that they hold."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import pytest

from archives import Maker, make_zip
from conftest import drawn_digits
from tenfold.digits import DataFile, Digits
from tenfold.errors import DataError, Fault
from tenfold.sources.archives import archive_readers, holds_a_folder, is_tar, named_readers


@pytest.mark.parametrize(
    ("member", "expected"),
    [
        ("7/a.PNG", True),
        ("part.parquet", True),
        ("train-images-idx3-ubyte", True),
        ("train.csv", False),
        ("__MACOSX/7/a.png", False),
    ],
)
def test_pictures_idx_and_parquet_make_a_folder(member: str, expected: bool) -> None:
    assert holds_a_folder(["notes.txt", member]) is expected


def test_a_tar_is_known_by_its_content(tmp_path: Path, make: Maker) -> None:
    archive = make(tmp_path / "a.bin", {"7/a.png": b"x"})
    assert is_tar(str(archive)) is (make is not make_zip)


def test_the_files_are_there_until_the_stack_is_closed(tmp_path: Path, make: Maker) -> None:
    archive = str(make(tmp_path / "a.zip", {"7/a.txt": b"seven"}))
    folders: list[str] = []

    def readers_of_folder(folder: str):
        folders.append(folder)
        path = os.path.join(folder, "7", "a.txt")
        return {"file": lambda: (drawn_digits(1), (Path(path).read_text(),))}

    with contextlib.ExitStack() as stack:
        readers = archive_readers(archive, readers_of_folder, stack)
        _, notes = readers["file"]()
        assert notes == ("seven",)
    assert not os.path.exists(folders[0])


def test_files_places_and_notes_have_the_name_that_the_user_knows() -> None:
    folder = os.path.join(os.sep, "tmp", "tenfold-x")
    inside = os.path.join(folder, "7", "a.png")
    one = drawn_digits(1)
    digits = Digits(one.images, one.labels, (DataFile(folder, "", 0, 1),), names=(inside,))
    readers = {"train": lambda: (digits, (f"{inside}: framed",))}
    found, notes = named_readers(folder, "d.zip", lambda _: readers)["train"]()
    member = os.path.join("7", "a.png")
    assert found.names == (f"d.zip: {member}",)
    assert [file.name for file in found.files] == ["d.zip"]
    assert notes == (f"d.zip: {member}: framed",)


def test_errors_have_it_too_and_a_hint_about_a_file_inside_says_unpack() -> None:
    folder = os.path.join(os.sep, "tmp", "tenfold-x")
    one, two = (os.path.join(folder, name) for name in ("a.png", "b.png"))

    def read():
        raise DataError([Fault(one, f"is like {two}")], hint=f"give {two}", fault_count=30)

    with pytest.raises(DataError) as caught:
        named_readers(folder, "d.zip", lambda _: {"file": read})["file"]()
    assert caught.value.faults == (Fault("d.zip: a.png", "is like d.zip: b.png"),)
    assert caught.value.fault_count == 30
    assert caught.value.hint == "unpack it first; then give b.png"
