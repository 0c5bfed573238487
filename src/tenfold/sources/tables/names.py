"""Which of several tables is for training and which for test, by their names."""

from __future__ import annotations

import os
from collections.abc import Iterable

from tenfold.errors import DataError
from tenfold.sources.arrays.array_names import read_name
from tenfold.sources.left_out import is_left_out
from tenfold.sources.unpacking.compression import ENDINGS

TEXT_ENDINGS = (".csv", ".tsv", ".txt", ".data", ".arff")


def is_table_name(name: str, endings: tuple[str, ...] = TEXT_ENDINGS) -> bool:
    """Whether a file is named like a table, packed or not. Hidden files are none."""
    plain = name.lower()
    plain = next(
        (plain.removesuffix(ending) for ending in ENDINGS if plain.endswith(ending)), plain
    )
    return plain.endswith(endings) and not is_left_out(os.path.basename(name))


def table_splits(names: Iterable[str], place: str) -> dict[str, str]:
    """The tables for "train" and "test" among files, such as mnist_train.csv and mnist_test.csv; or
    the only table there is, as "file". Raises DataError where there are several for one."""
    tables = [name for name in names if is_table_name(name) and not _is_label_file(name)]
    found: dict[str, str] = {}
    for split in ("train", "test"):
        matching = [name for name in tables if _split(name) == split]
        if len(matching) > 1:
            raise DataError(
                f"{place}: {', '.join(matching[:3])} may all be the table for {split}",
                hint="give the one that you mean, or put it into a folder of its own",
            )
        if matching:
            found[split] = matching[0]
    # a single table may have any name, but not that of an answer
    if not found and len(tables) == 1 and "submission" not in tables[0].lower():
        return {"file": tables[0]}
    return found


def _is_label_file(name: str) -> bool:
    """Whether a table is named like labels without their images, such as y_train.csv."""
    said = read_name(os.path.basename(name).split(".")[0])
    return said.role == "labels" and bool(said.split)


def _split(name: str) -> str:
    return read_name(os.path.basename(name).split(".")[0]).split
