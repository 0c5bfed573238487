from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest

from tenfold.errors import DataError
from tenfold.scale.inputs.picture_names import is_picture_name, list_folder, tar_pictures

ENDINGS = (".png", ".jpg")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("10.png", "9.png", "sub/1.JPG", "notes.txt", ".hidden.png", ".cache/2.png"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"x" * 3)
    return tmp_path


def test_a_folder_is_listed_in_natural_order_without_hidden_files(folder: Path) -> None:
    listed = list_folder(str(folder), ENDINGS)
    assert [Path(name).as_posix() for name in listed.names] == ["9.png", "10.png", "sub/1.JPG"]
    assert listed.size_bytes == 9


def test_the_hash_of_a_listing_tells_a_changed_file(folder: Path) -> None:
    before = list_folder(str(folder), ENDINGS).sha256
    assert list_folder(str(folder), ENDINGS).sha256 == before
    (folder / "9.png").write_bytes(b"other")
    assert list_folder(str(folder), ENDINGS).sha256 != before


@pytest.mark.parametrize(
    ("name", "is_picture"), [("a/b.PNG", True), ("a/.b.png", False), ("a.png/b", False)]
)
def test_a_picture_is_known_by_its_ending(name: str, is_picture: bool) -> None:
    assert is_picture_name(name, ENDINGS) is is_picture


def test_a_tar_is_read_in_its_own_order(folder: Path) -> None:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        for name in ("10.png", "notes.txt", "9.png"):
            tar.add(folder / name, name)
    packed.seek(0)
    found = [(p.name, p.size_bytes, p.file.read()) for p in tar_pictures(packed, "t.tar", ENDINGS)]
    assert found == [("10.png", 3, b"xxx"), ("9.png", 3, b"xxx")]


def test_what_is_no_tar_is_refused() -> None:
    with pytest.raises(DataError, match=r"t\.tar"):
        list(tar_pictures(io.BytesIO(b"no tar" * 200), "t.tar", ENDINGS))
