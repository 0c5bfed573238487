"""Fetched data sets in the user's cache folder."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tenfold import files
from tenfold.errors import DataError
from tenfold.sources.fetching.catalogue import DATA_SETS
from tenfold.sources.fetching.data_set_cache import (
    MANIFEST,
    cache_of,
    folder_of,
    is_fetched,
    is_name,
)

NAME = "mnist"


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache with all files of a data set; their content is made up."""
    monkeypatch.setenv("TENFOLD_CACHE_DIR", str(tmp_path))
    folder = cache_of(NAME)
    folder.mkdir(parents=True)
    for name in DATA_SETS[NAME].names:
        (folder / name).write_bytes(name.encode())
    hashes = {name: files.sha256_of(folder / name) for name in DATA_SETS[NAME].names}
    files.write_json(folder / MANIFEST, {"sha256": hashes})
    return folder


def test_a_whole_data_set_is_found(cache: Path) -> None:
    assert is_fetched(NAME)
    assert folder_of(NAME) == str(cache)


@pytest.mark.parametrize("damage", ["changed", "missing", "no manifest"])
def test_a_damaged_one_is_to_be_fetched_again(cache: Path, damage: str) -> None:
    file = cache / DATA_SETS[NAME].names[0]
    if damage == "changed":
        file.write_bytes(b"other")
    else:
        (file if damage == "missing" else cache / MANIFEST).unlink()
    assert not is_fetched(NAME)
    with pytest.raises(DataError, match="has not been fetched, or only in part") as refused:
        folder_of(NAME)
    assert refused.value.hint == f"bring it with: tenfold fetch {NAME}"


def test_a_path_that_exists_is_no_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert is_name(NAME)
    assert not is_name("train.csv")
    (tmp_path / NAME).mkdir()
    assert not is_name(NAME)


def test_reading_data_imports_nothing_that_opens_connections() -> None:
    code = "import sys, tenfold.sources.opening;"
    code += "print('tenfold.sources.fetching.download' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
