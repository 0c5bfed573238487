"""`open_digits`: choose the reader for a path from what is there."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import partial
from typing import Any, BinaryIO, TypeAlias

from tenfold.digits import AUTO, IN_MEMORY, Digits, TableOptions, join
from tenfold.errors import DataError
from tenfold.files import natural_order
from tenfold.framing import formats
from tenfold.framing.signatures import BEGIN, format_of
from tenfold.sources import csv_file, folder, idx, kaggle, sample, table_files
from tenfold.sources.file_errors import file_errors_as_data_error
from tenfold.sources.memory import read_memory
from tenfold.sources.table_file import DigitsAndNotes

TRAIN_FOLDERS = ("train", "training")
TEST_FOLDERS = ("test", "testing")

Data: TypeAlias = Any  # a path, a name, or whatever `read_memory` takes
DigitsReader = Callable[[], DigitsAndNotes]


@dataclass(frozen=True, eq=False)
class Source:
    """The data of a path: `train` are labelled rows for training; `test` are rows to predict, which
    may have labels too (MNIST's test files, the sample). `notes` are harmless oddities."""

    path: str
    train: Digits | None
    test: Digits | None
    notes: tuple[str, ...] = ()

    def training_rows(self) -> Digits:
        """The labelled rows for training. Raises DataError where there are none."""
        return self._labelled("training")

    def _labelled(self, purpose: str) -> Digits:
        if self.train is None:
            raise DataError(
                f"{self.path}: has no labels, and {purpose} needs them",
                hint="give labelled rows, such as train.csv or digit-recognizer.zip",
            )
        return self.train

    def rows_to_predict(self) -> Digits:
        """The test rows, or, where there are no others, the labelled ones."""
        rows = self.test if self.test is not None else self.train
        assert rows is not None
        return rows

    def labelled_rows(self) -> Digits:
        """The rows to measure a model on: the test rows if labelled, else the training rows. Raises
        DataError where neither has labels."""
        if self.test is not None and self.test.labels is not None:
            return self.test
        return self._labelled("measuring")


def open_digits(
    data: Data, splits: Collection[str] = kaggle.SPLITS, options: TableOptions = AUTO
) -> Source:
    """Read what `data` holds: a path to Kaggle's zip, its folder, a table (CSV and the like, ARFF,
    Parquet), arrays (.npz, .npy), IDX files, pictures in a folder by class, or "sample"; or arrays,
    frames, tensors and data sets in memory, as `read_memory` takes them.

    None is Kaggle's own folder inside a Kaggle notebook, the built-in sample elsewhere. `splits`
    says which of "train" and "test" to read; what is not asked for is not read, unless it is the
    only one there. `options` decide where a table can be read in two ways. Raises DataError.
    """
    if isinstance(data, Source):
        return data
    if data is None:
        data = kaggle.NOTEBOOK_FOLDER if kaggle.in_notebook() else sample.NAME
    if not isinstance(data, (str, os.PathLike)):
        parts, remarks = read_memory(data, options)
        return Source(IN_MEMORY, parts.get("train"), parts.get("test"), remarks)
    path = os.fspath(data)
    if path == sample.NAME and not os.path.exists(path):
        train, test = sample.read_sample()
        return Source(path, train, test)
    with file_errors_as_data_error(path):
        readers = _readers(path, options)
    wanted = [split for split in kaggle.SPLITS if split in splits and split in readers]
    found: dict[str, Digits] = {}
    notes: list[str] = []
    for split in wanted or list(readers):
        with file_errors_as_data_error(path):
            digits, said = readers[split]()
        notes += said
        # labelled rows of a single file are for training; a pair names its labelled test set
        role = split if split != "file" else ("test" if digits.labels is None else "train")
        found[role] = digits
    return Source(path, found.get("train"), found.get("test"), tuple(notes))


def name_of(data: Data) -> str:
    """What messages call `data`: its path, or that it is in memory."""
    if isinstance(data, Source):
        return data.path
    return os.fspath(data) if isinstance(data, (str, os.PathLike)) else IN_MEMORY


def read_stream(stream: BinaryIO, name: str, options: TableOptions = AUTO) -> Source:
    """Read a table of text from standard input. Raises DataError."""
    with file_errors_as_data_error(name):
        digits, notes = csv_file.read_csv(stream, name, options)
    train, test = (None, digits) if digits.labels is None else (digits, None)
    return Source(name, train, test, notes)


def join_training(sources: Collection[Source]) -> Digits:
    """The training rows of several sources, in the order given. Raises DataError."""
    digits = join([source.training_rows() for source in sources])
    hashes = [file.sha256 for file in digits.files if file.rows]
    if twice := [file.name for file in digits.files if hashes.count(file.sha256) > 1]:
        raise DataError(
            f"{twice[1]}: has the same rows as {twice[0]}",
            hint="give each file once: what is trained on twice is also validated on",
        )
    return digits


def _readers(path: str, options: TableOptions) -> dict[str, DigitsReader]:
    """A reader for each of "train" and "test" that is there, or one for the whole "file"."""
    if not os.path.lexists(path):
        raise DataError(f"{path}: no such file or folder", hint=_missing_hint(path))
    if os.path.isdir(path):
        return _folder_readers(path, options)
    if not os.path.isfile(path):
        raise DataError(f"{path}: not a file", hint="give a file, or a folder")
    if path.lower().endswith(".zip") or zipfile.is_zipfile(path):
        return dict(kaggle.zip_readers(path, options))
    if idx.is_images_name(path):
        return _idx_readers(path)
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
    for entry in sorted(os.listdir(path), key=natural_order):
        if idx.is_images_name(entry):
            readers |= _idx_readers(os.path.join(path, entry))
    if readers:
        return readers
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


def _idx_readers(images: str) -> dict[str, DigitsReader]:
    name = os.path.basename(images)
    labels = idx.labels_file(images)
    if labels is None and name.startswith("train"):
        labels = idx.labels_name(images)  # reading it will say that it is missing
    is_test = labels is None or name.startswith(("t10k", "test"))
    return {"test" if is_test else "train": partial(_read_idx, images, labels)}


def _read_idx(images: str, labels: str | None) -> DigitsAndNotes:
    return idx.read_idx(images, labels), ()
