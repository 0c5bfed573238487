"""What is given to --pictures: folders, archives, and single files, which are one input."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from tenfold.errors import DataError, UsageError
from tenfold.scale.inputs.finding_pictures import find_pictures


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "scans"
    folder.mkdir()
    for name in ("b.png", "a.pdf", "letter.docx", ".hidden.png", "notes.txt"):
        (folder / name).write_bytes(b"content")
    return folder


def test_single_files_that_follow_each_other_are_one_input(folder: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "more.zip", "w") as packed:
        packed.writestr("c.png", b"content")
    words = [str(folder / "*.p*"), str(folder / "notes.txt"), str(tmp_path / "more.zip")]
    files, archive = find_pictures([*words, str(folder)])[:2]
    names = [str(folder / name) for name in ("a.pdf", "b.png", "notes.txt")]
    assert files.layout["names"] == names
    assert (archive.form, archive.layout["names"]) == ("zip of pictures", ["c.png"])


def test_documents_of_a_folder_are_never_passed_over(folder: Path) -> None:
    (found,) = find_pictures([str(folder)])
    assert found.layout["names"] == ["a.pdf", "b.png", "letter.docx"]
    assert found.rows_about == 3


def test_a_document_that_is_a_zip_is_no_archive(folder: Path) -> None:
    with zipfile.ZipFile(folder / "letter.docx", "w") as packed:
        packed.writestr("word/media/image1.png", b"content")
    (found,) = find_pictures([str(folder / "letter.docx")])
    assert found.layout["names"] == [str(folder / "letter.docx")]


def test_what_holds_no_pictures_is_refused(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with zipfile.ZipFile(tmp_path / "none.zip", "w") as packed:
        packed.writestr("notes.txt", b"content")
    for path in ("empty", "none.zip"):
        with pytest.raises(DataError, match=f"{path}: holds no pictures"):
            find_pictures([str(tmp_path / path)])
    with pytest.raises(UsageError, match="is given twice"):
        find_pictures([str(folder / "b.png"), str(folder / "*.png")])
    with pytest.raises(DataError, match="no such file"):
        find_pictures([str(tmp_path / "missing.png")])
