from __future__ import annotations

import os
from pathlib import Path

import pytest

from tenfold.errors import DataError
from tenfold.scale.inputs import InputFile


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "t.csv"
    path.write_text("1\n")
    return path


def test_a_file_is_described_by_size_and_time(path: Path) -> None:
    file = InputFile.at(str(path), "text")
    assert (file.size_bytes, file.modified_ns) == (2, path.stat().st_mtime_ns)
    assert InputFile.from_json(file.to_json()) == file
    file.refuse_changed()


@pytest.mark.parametrize("change", ["size", "time"])
def test_a_file_that_was_changed_is_refused(path: Path, change: str) -> None:
    file = InputFile.at(str(path), "text")
    if change == "size":
        path.write_text("12\n")
        os.utime(path, ns=(file.modified_ns, file.modified_ns))
    else:
        os.utime(path, ns=(1, 1))
    with pytest.raises(DataError, match="was changed after this job began"):
        file.refuse_changed()


def test_a_file_that_is_not_there_is_an_error_of_the_data(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"none\.csv"):
        InputFile.at(str(tmp_path / "none.csv"), "text")


def test_messages_have_the_name_that_the_user_knows() -> None:
    assert InputFile(name="a.zip", form="zip text", member="t.csv").shown == "a.zip: t.csv"
    assert InputFile(name="out/stdin", form="text", called="stdin").shown == "stdin"
