"""The readers of a path, chosen from what is there: a file, a folder or an archive."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable
from functools import partial

from tenfold.digits import IN_MEMORY, TableOptions
from tenfold.errors import DataError
from tenfold.files import natural_order
from tenfold.framing import formats
from tenfold.framing.signatures import BEGIN, format_of
from tenfold.sources import csv_file, folder, idx_files, kaggle, table_files
from tenfold.sources.table_file import DigitsAndNotes

DigitsReader = Callable[[], DigitsAndNotes]

TRAIN_FOLDERS = ("train", "training")
TEST_FOLDERS = ("test", "testing")


def readers_of(path: str, options: TableOptions) -> dict[str, DigitsReader]:
    """A reader for each of "train" and "test" that is there, or one for the whole "file"."""
    if not os.path.lexists(path):
        raise DataError(f"{path}: no such file or folder", hint=_missing_hint(path))
    if os.path.isdir(path):
        return _folder_readers(path, options)
    if not os.path.isfile(path):
        raise DataError(f"{path}: not a file", hint="give a file, or a folder")
    if path.lower().endswith(".zip") or zipfile.is_zipfile(path):
        return dict(kaggle.zip_readers(path, options))
    if idx_files.is_images_name(path) or idx_files.idx_kind(path) is not None:
        return idx_files.idx_readers(path)
    return table_files.file_readers(path, options)


def _missing_hint(path: str) -> str:
    if path == IN_MEMORY:
        return "the run was begun with arrays: give them again, resume(DIR, data=(X, y))"
    if "://" in path:
        return "download it first: tenfold fetch URL --to DIR"
    return "check the path; Kaggle's file is digit-recognizer.zip"


def _folder_readers(path: str, options: TableOptions) -> dict[str, DigitsReader]:
    readers: dict[str, DigitsReader] = {}
    for split in kaggle.SPLITS:
        if name := kaggle.folder_file(path, split):
            readers[split] = partial(csv_file.read_csv_path, name, options)
    if readers:
        return readers
    if idx_readers := idx_files.folder_readers(path):
        return idx_readers
    for names, split in ((TRAIN_FOLDERS, "train"), (TEST_FOLDERS, "test")):
        for name in names:
            inside = os.path.join(path, name)
            if folder.is_class_folder(inside):
                readers[split] = partial(folder.read_folder, inside)
    if readers:
        return readers
    archive = os.path.join(path, kaggle.ZIP_NAME)
    if os.path.isfile(archive):
        return dict(kaggle.zip_readers(archive, options))
    if tables := table_files.folder_readers(path, options):
        return tables
    # loose pictures beside tables are plots and screenshots, not digits
    others = any(name.lower().endswith((".csv", ".zip")) for name in os.listdir(path))
    if folder.is_class_folder(path) or (folder.has_pictures(path) and not others):
        return {"file": partial(folder.read_folder, path)}
    endings = formats.ENDINGS + formats.DATA_ENDINGS
    documents = [name for name in os.listdir(path) if name.lower().endswith(endings)]
    if documents:
        first = min(documents, key=natural_order)
        with open(os.path.join(path, first), "rb") as file:
            known = format_of(file.read(BEGIN))
        if known is not None:
            raise DataError(f"{path}: {first} is {known.name}, no rows", hint=known.remedy)
    raise DataError(
        f"{path}: a folder with no train.csv, test.csv, IDX files or pictures by class (0 to 9)",
        hint=table_files.folder_hint(path),
    )
