"""Folders of pictures: which of their pictures are for training and which for test, and by what
they are labelled."""

from __future__ import annotations

import os
from functools import partial

from tenfold.digits import DataOptions
from tenfold.errors import DataError
from tenfold.sources.arrays.array_names import read_name
from tenfold.sources.contents import Readers
from tenfold.sources.pictures import folder as pictures
from tenfold.sources.tables.picture_table import picture_tables, table_beside

SPLIT_FOLDERS = {
    "train": ("train", "training"),
    "test": ("test", "testing"),
}


def tabled_readers(folder: str, options: DataOptions) -> Readers:
    """Readers for pictures that tables in the folder name: `labels.csv`, or `train.csv` and
    `test.csv`. {} where no table does. Raises DataError for several of one split."""
    readers: Readers = {}
    tables: dict[str, str] = {}
    for table in picture_tables(folder):
        said = read_name(os.path.basename(table).split(".")[0]).split
        split = said if said in ("train", "test") else "file"
        if split in tables:
            first, second = os.path.basename(tables[split]), os.path.basename(table)
            raise DataError(
                f"{folder}: {first} and {second} both name its pictures",
                hint=f"give the one that you mean: {table}",
            )
        tables[split] = table
        readers[split] = partial(pictures.read_tabled, table, folder, options)
    return readers


def class_readers(folder: str, options: DataOptions) -> Readers:
    """Readers for `train/` and `test/` with pictures by class, or by class or flat; {} where there
    are none."""
    readers: Readers = {}
    for split, names in SPLIT_FOLDERS.items():
        for name in names:
            inside = os.path.join(folder, name)
            if pictures.is_class_folder(inside):
                readers[split] = partial(pictures.read_classes, inside)
            elif os.path.isdir(inside) and len(tables := picture_tables(inside)) == 1:
                readers[split] = partial(pictures.read_tabled, tables[0], inside, options)
            elif os.path.isdir(inside) and pictures.has_pictures(inside):
                flat = partial(pictures.read_flat, inside, options, to_predict=split == "test")
                readers[split] = flat
    return readers


def plain_readers(folder: str, options: DataOptions, *, to_predict: bool) -> Readers:
    """The reader for a folder of pictures: by class, by a table beside it, or flat; {} where it has
    none."""
    if pictures.is_class_folder(folder):
        return {"file": partial(pictures.read_classes, folder)}
    if not pictures.has_pictures(folder):
        return {}
    if table := table_beside(folder):
        return {"file": partial(pictures.read_tabled, table, folder, options)}
    return {"file": partial(pictures.read_flat, folder, options, to_predict=to_predict)}
