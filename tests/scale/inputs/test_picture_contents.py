"""The content of pictures wherever they lie, and what they are called."""

from __future__ import annotations

import tarfile
import zipfile
from pathlib import Path

import pytest

from tenfold.errors import DataError
from tenfold.scale.inputs import InputFile, InputRange, picture_contents
from tenfold.scale.inputs.finding_pictures import find_pictures
from tenfold.scale.inputs.picture_contents import contents_of, shown_name


@pytest.fixture(params=["folder", "list", "tar", "tar.gz", "zip"])
def found(request: pytest.FixtureRequest, tmp_path: Path) -> InputFile:
    """Two pictures, of three and of nine bytes."""
    folder = tmp_path / "scans"
    folder.mkdir()
    contents = {"1.png": b"one", "2.png": b"the other"}
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    archive = tmp_path / f"scans.{request.param}"
    if request.param == "zip":
        with zipfile.ZipFile(archive, "w") as packed:
            for name in contents:
                packed.write(folder / name, name)
    elif request.param.startswith("tar"):
        with tarfile.open(archive, "w:gz" if request.param == "tar.gz" else "w") as tar:
            for name in contents:
                tar.add(folder / name, name)
    words = {"folder": str(folder), "list": str(folder / "*.png")}
    (file,) = find_pictures([words.get(request.param, str(archive))])
    return file


def test_names_and_contents_come_in_order(found: InputFile, tmp_path: Path) -> None:
    contents = [
        (shown_name(found, n), c) for n, c in contents_of(found, InputRange(0, 2, 1, 2, 12))
    ]
    assert [content for _, content in contents] == [b"one", b"the other"]
    folder = f"{tmp_path / 'scans'}/" if found.form == "pictures" else f"{found.name}: "
    assert [name for name, _ in contents] == [f"{folder}1.png", f"{folder}2.png"]


def test_of_one_that_is_too_large_as_much_is_read_as_shows_it(
    found: InputFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(picture_contents, "FILE_BYTES_MAX", 5)
    contents = [content for _, content in contents_of(found, InputRange(0, 2, 1, 2, 12))]
    assert contents == [b"one", b"the ot"]


def test_a_tar_that_ends_before_its_last_picture_was_changed(tmp_path: Path) -> None:
    (tmp_path / "1.png").write_bytes(b"x" * 2000)
    path = tmp_path / "scans.tar"
    with tarfile.open(path, "w") as tar:
        tar.add(tmp_path / "1.png", "1.png")
    (file,) = find_pictures([str(path)])
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(DataError, match="was changed after this job began"):
        list(contents_of(file, InputRange(0, 1, 1, 1, 2000)))
