"""Fetched data sets in the user's cache folder: where each is, and whether it is whole."""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path

from tenfold import files
from tenfold.errors import DataError
from tenfold.files.user_cache import cache_folder
from tenfold.sources.fetching.catalogue import DATA_SETS, KAGGLE, NAMES, DataSet
from tenfold.sources.kaggle import NOTEBOOK_FOLDER, SPLITS, in_notebook

MANIFEST = "fetched.json"  # the SHA-256 of each file, written when all are there


def cache_of(name: str) -> Path:
    """The folder in the cache that has, or will have, the data set of this name."""
    return cache_folder() / "data" / name


def folder_of(name: str) -> str:
    """The folder with the data set of this name, as it was fetched. Raises DataError where it was
    not, or was damaged since."""
    if not is_fetched(name):
        raise DataError(
            f"{name}: has not been fetched, or only in part",
            hint=f"bring it with: tenfold fetch {name}",
        )
    return NOTEBOOK_FOLDER if name == KAGGLE and in_notebook() else str(cache_of(name))


def is_fetched(name: str) -> bool:
    """Whether all files of the data set of this name are in the cache, undamaged."""
    if name != KAGGLE:
        return is_whole(cache_of(name), DATA_SETS[name])
    found = all((cache_of(name) / f"{split}.csv").is_file() for split in SPLITS)
    return found or in_notebook()


def is_whole(folder: Path, data_set: DataSet) -> bool:
    """Whether a folder of the cache has all files as they were fetched."""
    hashes: object = None
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        hashes = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["sha256"]
    if not isinstance(hashes, dict) or set(hashes) != set(data_set.names):
        return False
    return all(
        (folder / name).is_file() and files.sha256_of(folder / name) == sha256
        for name, sha256 in hashes.items()
    )


def is_name(path: str) -> bool:
    """Whether DATA is the name of a data set, and not a path that exists."""
    return path in NAMES and not os.path.exists(path)
