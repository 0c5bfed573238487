"""Files of a model folder: read within limits, and compared with their checksums."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tenfold.errors import ModelError
from tenfold.model_folder.facts import StoredFile
from tenfold.model_folder.stored_files import read_stored, read_stored_json, verify_stored


def test_a_file_of_the_largest_size_is_read_and_a_larger_one_is_not(tmp_path: Path) -> None:
    (tmp_path / "rows.bin").write_bytes(b"1234")
    assert read_stored(tmp_path, "rows.bin", "m", 4) == b"1234"
    with pytest.raises(ModelError, match=r"m: rows\.bin is larger than 3 bytes"):
        read_stored(tmp_path, "rows.bin", "m", 3)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"^m: rows\.bin: No such file"):
        read_stored(tmp_path, "rows.bin", "m", 3)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes of POSIX")
def test_folders_and_pipes_are_no_files_and_are_not_waited_for(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    for name in ("folder", "pipe"):
        with pytest.raises(ModelError, match="is not a file"):
            read_stored(tmp_path, name, "m", 3)


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_a_link_to_a_file_is_read_as_the_file(tmp_path: Path) -> None:
    (tmp_path / "blob").write_bytes(b"12")
    (tmp_path / "rows.bin").symlink_to(tmp_path / "blob")
    assert read_stored(tmp_path, "rows.bin", "m", 3) == b"12"


def test_another_content_has_another_checksum() -> None:
    listed = StoredFile.of(b"12")
    verify_stored(b"12", listed, "rows.bin", "m")
    with pytest.raises(ModelError, match="another checksum"):
        verify_stored(b"13", listed, "rows.bin", "m")


@pytest.mark.parametrize(
    ("content", "said", "hint"),
    [
        ("{", "is not JSON", "copy the folder again"),
        ("1" * 5000, "is not JSON", "copy the folder again"),
        ("[" * 100_000, "is not JSON", "copy the folder again"),
        ("[]", "model format None, this tenfold reads 1", "copy the folder again"),
        (
            '{"format_version": 2}',
            "model format 2, this tenfold reads 1",
            "install a newer tenfold",
        ),
        ('{"format_version": 0}', "model format 0", "copy the folder again"),
    ],
)
def test_model_json_of_another_form_is_one_clear_error(
    tmp_path: Path, content: str, said: str, hint: str
) -> None:
    (tmp_path / "model.json").write_text(content)
    with pytest.raises(ModelError, match=said) as refused:
        read_stored_json(tmp_path, "m", 1)
    assert refused.value.message.startswith("m: ")
    assert hint in refused.value.hint


def test_model_json_of_this_version_is_an_object(tmp_path: Path) -> None:
    (tmp_path / "model.json").write_text('{"format_version": 1, "seed": 3}')
    assert read_stored_json(tmp_path, "m", 1)["seed"] == 3
