"""Folders of pictures: which of their pictures are for training and which for test, and by what
they are labelled."""

from __future__ import annotations

import os
from functools import partial

from tenfold.console import printable_line
from tenfold.digits import DataOptions
from tenfold.errors import DataError
from tenfold.files import natural_order
from tenfold.sources.arrays.array_names import read_name
from tenfold.sources.class_names import class_of
from tenfold.sources.contents import Readers
from tenfold.sources.left_out import is_left_out
from tenfold.sources.pictures import folder as pictures
from tenfold.sources.tables.picture_table import picture_tables, table_beside

SPLIT_FOLDERS = {
    "train": ("train", "training", "trainset", "trainingset", "train_set", "training_set"),
    "test": ("test", "testing", "testset", "testingset", "test_set", "testing_set"),
}


def inner(path: str) -> str:
    """The folder inside, and so on, while a folder holds one folder alone, as archives do."""
    while True:
        names = [name for name in os.listdir(path) if not is_left_out(name)]
        inside = os.path.join(path, names[0]) if len(names) == 1 else ""
        if not os.path.isdir(inside) or class_of(names[0]) is not None or _is_split(names[0]):
            return path
        path = inside


def _is_split(name: str) -> bool:
    return bool(read_name(name).split)


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
                hint=f"give the one that you mean: {printable_line(table)}",
            )
        tables[split] = table
        readers[split] = partial(pictures.read_tabled, table, folder, options)
    return readers


def class_readers(folder: str, options: DataOptions) -> Readers:
    """Readers for `train/` and `test/` with pictures by class, or by class or flat; {} where there
    are none."""
    readers: Readers = {}
    entries = {entry.lower(): entry for entry in sorted(os.listdir(folder), reverse=True)}
    for split, names in SPLIT_FOLDERS.items():
        for name in (entries[name] for name in names if name in entries):
            inside = _twice(os.path.join(folder, name))
            if pictures.is_class_folder(inside):
                readers[split] = partial(pictures.read_classes, inside)
            elif os.path.isdir(inside) and len(tables := picture_tables(inside)) == 1:
                readers[split] = partial(pictures.read_tabled, tables[0], inside, options)
            elif os.path.isdir(inside) and pictures.has_pictures(inside):
                flat = partial(pictures.read_flat, inside, options, to_predict=split == "test")
                readers[split] = flat
    return readers


def _twice(folder: str) -> str:
    """The folder of the same name inside, as some archives have it: trainingSet/trainingSet."""
    inside = os.path.join(folder, os.path.basename(folder))
    return inside if os.path.isdir(inside) else folder


def refuse_unlabelled(folder: str) -> None:
    """Raise DataError for a folder whose subfolders hold pictures and are not named by digits."""
    with_pictures = [
        name
        for name in sorted(os.listdir(folder), key=natural_order)
        if not is_left_out(name) and pictures.has_pictures(os.path.join(folder, name))
    ]
    if len(with_pictures) > 1:
        listed = ", ".join(with_pictures[:3]) + (", ..." if len(with_pictures) > 3 else "")
        raise DataError(
            f"{folder}: its folders of pictures, {listed}, say no digits by their names",
            hint="call them by their digits, 0 to 9 (or zero, digit_0, class0, ...); or write a "
            "table labels.csv beside them with the lines filename,label",
        )
    if with_pictures:
        raise DataError(
            f"{folder}: holds pictures in {with_pictures[0]}, and no labels for them",
            hint="write a table labels.csv beside it, with the lines filename,label; to predict "
            f"them, give {printable_line(os.path.join(folder, with_pictures[0]))}",
        )


def plain_readers(
    folder: str, options: DataOptions, *, to_predict: bool, called: str | None = None
) -> Readers:
    """The reader for a folder of pictures: by class, by a table beside it, or flat; {} where it has
    none. `called`: the archive that it was unpacked from."""
    if pictures.is_class_folder(folder):
        return {"file": partial(pictures.read_classes, folder)}
    if not pictures.has_pictures(folder):
        return {}
    if table := table_beside(folder, called):
        return {"file": partial(pictures.read_tabled, table, folder, options)}
    return {"file": partial(pictures.read_flat, folder, options, to_predict=to_predict)}
