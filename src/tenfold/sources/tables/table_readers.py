"""Files and folders of tables and arrays: the reader for each, chosen by what is in them."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from functools import partial

from tenfold.console import printable_line
from tenfold.digits import AUTO, DataOptions
from tenfold.files import natural_order
from tenfold.sources.arrays.array_names import read_name
from tenfold.sources.arrays.array_readers import is_npy, npy_readers, pair_files
from tenfold.sources.contents import DigitsAndNotes, Readers
from tenfold.sources.tables.csv_file import read_csv_path
from tenfold.sources.tables.label_files import label_file, with_labels_beside
from tenfold.sources.tables.names import is_table_name, table_splits
from tenfold.sources.tables.parquet.parquet_file import is_parquet, read_parquet
from tenfold.sources.unpacking.compression import unpacked_name

NO_LABELS = "no labels"  # as the note of a table says it
PARQUET_ENDING = ".parquet"
DATA_ENDINGS = (".csv", ".tsv", ".txt", ".data", ".arff", PARQUET_ENDING, ".npz", ".npy")
ARCHIVE_ENDINGS = (".zip", ".tar", ".tgz")
ABOUT = ("readme", "licen", "copying", "about", "notes", "requirements", "citation", "changelog")
NUMBERS = re.compile(r"\d+")
PARQUET_FOLDERS = ("data", "mnist")  # inside the folder of a Hugging Face data set


def file_readers(path: str, options: DataOptions = AUTO) -> Readers:
    """The reader of one file: Parquet, .npy or a table of text."""
    if is_parquet(path):
        return {"file": partial(read_parquet, [path], options)}
    if is_npy(path):
        return npy_readers(path, options)
    return {"file": partial(_read_table, path, options)}


def _read_table(path: str, options: DataOptions) -> DigitsAndNotes:
    """Read a table of text, with the labels of a file beside it if it has none itself."""
    digits, notes = read_csv_path(path, options)
    labelled = with_labels_beside(digits, path, options)
    if labelled is digits:
        return digits, notes
    labels_note = f"labels from {labelled.files[-1].name}"
    if any(NO_LABELS in note for note in notes):
        return labelled, tuple(note.replace(NO_LABELS, labels_note, 1) for note in notes)
    return labelled, (*notes, f"{path}: {labels_note}")


def folder_readers(folder: str, options: DataOptions = AUTO) -> Readers:
    """Readers for a pair of tables, Parquet files or .npy files in a folder; {} where there is no
    such pair. Raises DataError where names leave it open which they are."""
    names = sorted(os.listdir(folder), key=natural_order)
    splits = table_splits([name for name in names if _is_file(folder, name)], folder)
    splits.pop("file", None)  # see only_file
    tables = [name for name in names if is_table_name(name) and label_file(f"{folder}/{name}")]
    if not splits and len(tables) == 1:  # X.csv beside y.csv
        return {"file": partial(_read_table, os.path.join(folder, tables[0]), options)}
    if splits:
        paths = {split: os.path.join(folder, name) for split, name in splits.items()}
        return {split: partial(_read_table, path, options) for split, path in paths.items()}
    if pair := _libsvm_pair(names, folder):
        return {split: partial(read_csv_path, path, options) for split, path in pair.items()}
    for inside in (folder, *(os.path.join(folder, name) for name in PARQUET_FOLDERS)):
        if parts := _parquet_parts(inside):
            return {split: partial(read_parquet, paths, options) for split, paths in parts.items()}
    readers: Readers = {}
    for split, path in pair_files(folder).items():
        only = file_readers(path, options) if path.endswith(".npy") else {}
        readers |= {split if split != "file" else role: read for role, read in only.items()}
    return readers


def _libsvm_pair(names: Sequence[str], folder: str) -> dict[str, str]:
    """LIBSVM's files for training and test, such as usps.bz2 and usps.t.bz2; {} without both."""
    plain = {unpacked_name(name): os.path.join(folder, name) for name in reversed(names)}
    for name, path in plain.items():
        test = plain.get(f"{name}.t")
        if test is not None and os.path.isfile(path) and os.path.isfile(test):
            return {"train": path, "test": test}
    return {}


def only_file(folder: str, *, archives: bool) -> str | None:
    """The only table, file of arrays or archive in a folder; None where there are several."""
    found = _data_files(folder, (*DATA_ENDINGS, *(ARCHIVE_ENDINGS if archives else ())))
    return os.path.join(folder, found[0]) if len(found) == 1 else None


def _data_files(folder: str, endings: tuple[str, ...]) -> list[str]:
    """The files that may hold digits, by their names."""
    return [
        name
        for name in sorted(os.listdir(folder), key=natural_order)
        if is_table_name(name, endings)
        and _is_file(folder, name)
        and not name.lower().startswith(ABOUT)
        and "submission" not in name.lower()
        and read_name(name.split(".")[0]).role != "labels"
    ]


def folder_hint(folder: str) -> str:
    """What to give instead of a folder where nothing was found."""
    tables = _data_files(folder, DATA_ENDINGS)
    if tables:
        example = printable_line(os.path.join(folder, tables[0]))
        return f"give the file that you mean, such as {example}"
    return "give the folder that Kaggle's zip unpacks to, or the file itself"


def _parquet_parts(folder: str) -> dict[str, Sequence[str]]:
    """The Parquet files of each split, such as train-00000-of-00002.parquet and its like."""
    if not os.path.isdir(folder):
        return {}
    found: dict[str, list[str]] = {}
    for name in sorted(os.listdir(folder), key=natural_order):
        split = read_name(name.split(".")[0]).split
        if is_table_name(name, (PARQUET_ENDING,)):
            found.setdefault(split, []).append(os.path.join(folder, name))
    numbered = found.pop("", [])
    if not found and len({NUMBERS.sub("", path) for path in numbered}) == 1:
        return {"file": numbered}  # part-00000.parquet, part-00001.parquet
    return {split: paths for split, paths in found.items() if split != "validation"}


def _is_file(folder: str, name: str) -> bool:
    return os.path.isfile(os.path.join(folder, name))
