"""Labels in a file of their own, beside a table of images: y_train.csv beside X_train.csv, or
ARDIS_train_labels.csv beside ARDIS_train_2828.csv (https://ardisdataset.github.io/ARDIS)."""

from __future__ import annotations

import dataclasses
import hashlib
import os
import re

import numpy as np
import numpy.typing as npt

from tenfold.digits import CLASSES, DataFile, DataOptions, Digits, Labels
from tenfold.digits.memory import labels_from
from tenfold.errors import DataError
from tenfold.files import natural_order
from tenfold.sources.arrays.array_names import ArrayName, read_name
from tenfold.sources.file_errors import file_errors_as_data_error
from tenfold.sources.tables.names import is_table_name
from tenfold.sources.unpacking.compression import open_unpacked

BYTES_MAX = 256 << 20  # 1,000,000 rows, one-hot, with 24 characters a number
BETWEEN = re.compile(r"[,;\t ]+")
HINT = (
    "a label file has one label 0..9 a line, or ten numbers one-hot; before it may be a row number"
)


def with_labels_beside(digits: Digits, path: str, options: DataOptions) -> Digits:
    """The digits of the table at `path` with the labels of the file beside it, if they have none
    and there is one. Raises DataError."""
    if digits.labels is not None or options.label == "none":
        return digits
    beside = label_file(path)
    if beside is None:
        return digits
    labels, file = read_labels(beside)
    if len(labels) != len(digits):
        raise DataError(
            f"{beside}: {len(labels):,} labels for the {len(digits):,} images of {path}",
            hint="move it elsewhere if it does not belong to them, or add --label none (in Python, "
            "label='none')",
        )
    return dataclasses.replace(digits, labels=labels, files=(*digits.files, file))


def label_file(images: str) -> str | None:
    """The table of labels beside a table of images, by its name; None where there is none."""
    folder, name = os.path.split(images)
    said = _name(name)
    if said.role == "labels":
        return None
    for entry in sorted(os.listdir(folder or "."), key=natural_order):
        other = _name(entry)
        belongs = other.role == "labels" and other.split == said.split
        common = set(_words(other)) <= set(_words(said)) and (said.role or _words(other))
        if entry != name and is_table_name(entry) and belongs and common:
            return os.path.join(folder, entry)
    return None


def read_labels(path: str) -> tuple[Labels, DataFile]:
    """The labels int64 [n] of a text file, and the file, which brings no rows of its own.

    Raises DataError.
    """
    with file_errors_as_data_error(path), open_unpacked(path) as stream:
        content = stream.read(BYTES_MAX + 1)
    if len(content) > BYTES_MAX:
        raise DataError(f"{path}: is larger than {BYTES_MAX >> 20} MiB", hint=HINT)
    table = _table(content, path)
    if table.shape[1] == 2 and len(table) > 1 and (np.diff(table[:, 0]) == 1).all():
        table = table[:, 1:]  # row numbers
    if table.shape[1] not in (1, CLASSES):
        raise DataError(f"{path}: has {table.shape[1]} columns, expected labels alone", hint=HINT)
    file = DataFile(path, hashlib.sha256(content).hexdigest(), len(content), 0)
    return labels_from(table, path)[0], file


def _table(content: bytes, path: str) -> npt.NDArray[np.float64]:
    """The numbers of the lines [n, columns], without a line of names. Raises DataError."""
    rows: list[list[float]] = []
    text = content.decode("utf-8-sig", errors="replace").replace('"', "").replace("'", "")
    for number, line in enumerate(text.splitlines(), 1):
        cells = BETWEEN.split(line.strip())
        if not line.strip():
            continue
        try:
            rows.append([float(cell) for cell in cells])
        except ValueError:
            if rows or number > 1:
                raise DataError(f"{path}:{number}: is no row of numbers", hint=HINT) from None
            continue
        if len(rows[-1]) != len(rows[0]):
            raise DataError(
                f"{path}:{number}: {len(rows[-1])} numbers, expected {len(rows[0])}", hint=HINT
            )
    if not rows:
        raise DataError(f"{path}: holds no labels", hint=HINT)
    return np.array(rows)


def _name(name: str) -> ArrayName:
    return read_name(os.path.basename(name).split(".")[0])


def _words(name: ArrayName) -> tuple[str, ...]:
    return tuple(word for word in name.rest if not word.isdigit())
