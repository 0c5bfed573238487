"""Which files an input names: a path, a folder, a pattern such as `data/*.csv`, or `-`."""

from __future__ import annotations

import glob
import os
import tarfile
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from tenfold.console import printable_line
from tenfold.digits import DataOptions
from tenfold.errors import DataError, UsageError
from tenfold.files import natural_order
from tenfold.scale.inputs.array import understand_array
from tenfold.scale.inputs.input_file import InputFile
from tenfold.scale.inputs.orientation import oriented
from tenfold.scale.inputs.parquet import understand_parquet
from tenfold.scale.inputs.pictures import understand_folder, understand_tar
from tenfold.scale.inputs.text import understand_text
from tenfold.scale.inputs.zip_member import understand_zip
from tenfold.sources.arrays.array_names import read_name
from tenfold.sources.arrays.array_readers import is_npy
from tenfold.sources.arrays.idx_files import idx_kind, is_images_name
from tenfold.sources.tables.names import is_table_name
from tenfold.sources.tables.parquet.parquet_file import is_parquet
from tenfold.sources.tables.picture_table import names_pictures

TABLES = (".csv", ".tsv", ".txt", ".data", ".parquet", ".npy", ".npz", ".zip", ".tar", ".tgz")
TAR_ENDINGS = (".tar", ".tgz", ".tar.gz", ".tar.bz2", ".tar.xz")
Say = Callable[[str], None]


def find_inputs(words: Sequence[str], options: DataOptions, say: Say) -> list[InputFile]:
    """The files of the inputs in the order given, those of a folder in natural order.

    Raises DataError where there is no file, or one is no table of digits; UsageError.
    """
    found: list[InputFile] = []
    for word in words:
        of_word = [file for path in paths_of(word) for file in _understood(path, options, say)]
        found += oriented(of_word, options, say)
    refuse_twice([file.shown for file in found])
    return found


def refuse_twice(names: Sequence[str]) -> None:
    """Raise UsageError for a file that is given twice."""
    if len({*names}) < len(names):
        twice = next(name for name, count in Counter(names).items() if count > 1)
        raise UsageError(f"{twice}: is given twice", hint="give each file once")


def paths_of(word: str) -> Iterator[str]:
    """The paths that a path or a pattern stands for, in natural order. Raises DataError."""
    if os.path.lexists(word):
        yield word
        return
    found = sorted(glob.glob(word, recursive=True), key=natural_order)
    if not found:
        raise DataError(f"{word}: no such file or folder", hint="check the path")
    yield from found


def _understood(path: str, options: DataOptions, say: Say) -> list[InputFile]:
    """The inputs that a path stands for, with their layouts."""
    if os.path.isdir(path):
        return _folder(path, options, say)
    if not os.path.isfile(path):
        raise DataError(f"{path}: not a file", hint="give a file, a folder or a pattern")
    file = InputFile.at(path, "")
    if is_parquet(path):
        return [understand_parquet(file)]
    if path.lower().endswith(".zip") or zipfile.is_zipfile(path):
        return understand_zip(file, options, lambda names: _to_score(names, path, say), say)
    if is_images_name(path) or idx_kind(path) is not None:
        return [understand_array(file, is_idx=True)]
    if path.lower().endswith(TAR_ENDINGS) and tarfile.is_tarfile(path):
        return [understand_tar(file)]
    if is_npy(path):
        return [understand_array(file, is_idx=False)]
    around = os.path.dirname(path) or "."
    if names_pictures(path, around):
        raise DataError(
            f"{path}: is a table of the names of pictures",
            hint=f"give the folder of the pictures, such as {printable_line(around)}",
        )
    return [understand_text(file, options, say)]


def _folder(folder: str, options: DataOptions, say: Say) -> list[InputFile]:
    """The tables and arrays of a folder; or, where there are none, its pictures as one input."""
    names = sorted(os.listdir(folder), key=natural_order)
    tables = [
        name
        for name in names
        if os.path.isfile(os.path.join(folder, name))
        and (is_table_name(name, TABLES) or is_images_name(name))
    ]
    paths = [os.path.join(folder, name) for name in _to_score(tables, folder, say)]
    if paths:
        return [found for path in paths for found in _understood(path, options, say)]
    pictures = understand_folder(InputFile.at(folder, ""))
    if pictures is None:
        raise DataError(
            f"{folder}: holds no tables, arrays or pictures",
            hint="give files, or a pattern such as 'folder/*/*.csv'",
        )
    return [pictures]


def _to_score(names: list[str], place: str, say: Say) -> list[str]:
    """Those of several tables that hold rows to score: without labels and answers and, where there
    is a test set beside training data, that alone, as `predict` does."""
    images = [name for name in names if _role(name) != "labels" and "submission" not in name]
    test = [name for name in images if _split(name) == "test"]
    train = [name for name in images if _split(name) == "train"]
    chosen = test if test and len(test) + len(train) == len(images) else images
    if len(chosen) < len(names):
        left = ", ".join([name for name in names if name not in chosen][:5])
        alone = f"{', '.join(chosen)} alone, " if chosen else ""
        say(f"note: {place}: {alone}without {left}")
    return chosen


def _stem(name: str) -> str:
    return os.path.basename(name).split(".")[0]


def _role(name: str) -> str:
    return "labels" if "idx1" in name else read_name(_stem(name)).role


def _split(name: str) -> str:
    return read_name(_stem(name)).split
