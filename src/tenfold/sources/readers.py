"""The readers of a path, chosen from what is there: a file, a folder or an archive."""

from __future__ import annotations

import contextlib
import difflib
import os
import zipfile
from collections.abc import Callable
from functools import partial

from tenfold.digits import IN_MEMORY, DataOptions
from tenfold.errors import DataError
from tenfold.files import natural_order
from tenfold.framing import formats
from tenfold.framing.signatures import BEGIN, format_of
from tenfold.sources import archives, kaggle
from tenfold.sources.arrays import idx_files
from tenfold.sources.contents import DigitsAndNotes, Readers
from tenfold.sources.fetching import catalogue, data_set_cache
from tenfold.sources.file_errors import with_file
from tenfold.sources.left_out import is_left_out
from tenfold.sources.pictures import folder, picture_folders
from tenfold.sources.tables import csv_file, picture_table, table_readers

RAW = "raw"  # torchvision's folder MNIST holds raw/ and, of earlier versions, processed/


def readers_of(
    path: str, options: DataOptions, unpacked: contextlib.ExitStack, *, to_predict: bool = False
) -> Readers:
    """A reader for each of "train" and "test" that is there, or one for the whole "file".

    `unpacked` keeps what the readers of an archive need. Rows `to_predict` need no labels. Raises
    DataError.
    """
    in_folder = partial(_folder_readers, options=options, unpacked=unpacked, to_predict=to_predict)
    in_archive = partial(in_folder, called=path)
    if data_set_cache.is_name(path):
        return archives.named_readers(data_set_cache.folder_of(path), path, in_folder)
    if not os.path.lexists(path):
        raise DataError(f"{path}: no such file or folder", hint=_missing_hint(path))
    if os.path.isdir(path):
        return in_folder(path)
    if not os.path.isfile(path):
        raise DataError(f"{path}: not a file", hint="give a file, or a folder")
    if path.lower().endswith(".zip") or zipfile.is_zipfile(path):
        if archives.holds_a_folder(kaggle.members_of(path)):
            return archives.archive_readers(path, in_archive, unpacked)
        return kaggle.zip_readers(path, options)
    if archives.is_tar(path):
        return archives.archive_readers(path, in_archive, unpacked)
    if idx_files.is_images_name(path) or idx_files.idx_kind(path) is not None:
        return idx_files.idx_readers(path)
    around = os.path.dirname(path) or "."
    if picture_table.names_pictures(path, around):
        return {"file": partial(folder.read_tabled, path, around, options)}
    picture_table.refuse_without_pictures(path)
    return table_readers.file_readers(path, options)


def _missing_hint(path: str) -> str:
    if path == IN_MEMORY:
        return "the run was begun with arrays: give them again, resume(DIR, data=(X, y))"
    if "://" in path:
        return "download it first: tenfold fetch URL --to DIR"
    if near := difflib.get_close_matches(path, catalogue.NAMES, 1):
        return f"check the path; {near[0]} is the name of a data set: tenfold fetch {near[0]}"
    return "check the path; Kaggle's file is digit-recognizer.zip"


def _folder_readers(
    path: str,
    options: DataOptions,
    unpacked: contextlib.ExitStack,
    *,
    to_predict: bool,
    called: str | None = None,
) -> Readers:
    """The readers of a folder. `called`: the archive that it was unpacked from."""
    path = picture_folders.inner(path)
    if tabled := picture_folders.tabled_readers(path, options):
        return tabled
    readers: Readers = {}
    for split in kaggle.SPLITS:
        if name := kaggle.folder_file(path, split):
            readers[split] = _table_reader(name, options)
    readers = (
        readers
        or idx_files.folder_readers(path)
        or (os.path.isdir(raw := os.path.join(path, RAW)) and idx_files.folder_readers(raw))
        or picture_folders.class_readers(path, options)
    )
    if readers:
        return readers
    archive = os.path.join(path, kaggle.ZIP_NAME)
    if os.path.isfile(archive):
        return kaggle.zip_readers(archive, options)
    if tables := table_readers.folder_readers(path, options):
        return tables
    # loose pictures beside tables are plots and screenshots, not digits
    others = any(
        name.lower().endswith((".csv", ".zip")) and not is_left_out(name)
        for name in os.listdir(path)
    )
    if folder.is_class_folder(path) or not others:
        pictures = picture_folders.plain_readers(
            path, options, to_predict=to_predict, called=called
        )
        if pictures:
            return pictures
    if (only := table_readers.only_file(path, archives=called is None)) is not None:
        note = f"{path}: read {os.path.basename(only)}, its only file of data"
        readers = readers_of(only, options, unpacked, to_predict=to_predict)
        return {split: partial(_noted, read, note) for split, read in readers.items()}
    picture_folders.refuse_unlabelled(path)
    _refuse_documents(path)
    raise DataError(
        f"{path}: a folder with no train.csv, test.csv, IDX files or pictures by class (0 to 9)",
        hint=table_readers.folder_hint(path),
    )


def _table_reader(path: str, options: DataOptions) -> Callable[[], DigitsAndNotes]:
    """The reader of a table of Kaggle's, which may be alone in a zip."""
    if path.endswith(".zip"):
        return next(iter(kaggle.zip_readers(path, options).values()))
    return partial(csv_file.read_csv_path, path, options)


def _noted(read: Callable[[], DigitsAndNotes], note: str) -> DigitsAndNotes:
    digits, notes = read()
    return digits, (note, *notes)


def _refuse_documents(path: str) -> None:
    """Raise DataError that names a document in a folder without pictures."""
    endings = formats.ENDINGS + formats.DATA_ENDINGS
    documents = [name for name in os.listdir(path) if name.lower().endswith(endings)]
    if documents:
        first = min(documents, key=natural_order)
        inside = os.path.join(path, first)
        with open(inside, "rb") as file:
            known = format_of(file.read(BEGIN))
        if known is not None:
            hint = with_file(known.remedy, inside)
            raise DataError(f"{path}: {first} is {known.name}, no rows", hint=hint)
