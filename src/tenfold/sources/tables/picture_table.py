"""Labels of pictures in a table: `filename,label`, inside their folder or beside it."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tenfold.console import printable_line
from tenfold.digits import DataOptions
from tenfold.digits.column_names import is_label_name
from tenfold.errors import DataError, Fault, UsageError
from tenfold.files import natural_order
from tenfold.framing.picture import ENDINGS
from tenfold.sources.class_names import digit_of
from tenfold.sources.left_out import is_left_out
from tenfold.sources.tables.names import is_table_name

COLUMNS_MAX = 10  # of a table of names; one of pixels has 784
BEGIN_BYTES = 1 << 16
TABLE_BYTES_MAX = 64 << 20
LOOKED_AT = 20  # rows
JSON_LINES = ".jsonl"  # as Hugging Face's metadata.jsonl
TABLE_ENDINGS = (".csv", ".tsv", ".txt", JSON_LINES)


@dataclass(frozen=True)
class PictureTable:
    """Pictures by their paths, and a label for each: -1 for all where the table has none."""

    path: str
    pictures: tuple[tuple[str, int], ...]
    words: str


def picture_tables(folder: str) -> list[str]:
    """The tables in a folder that name pictures which are there."""
    return [
        path
        for name in sorted(os.listdir(folder), key=natural_order)
        if is_table_name(name, TABLE_ENDINGS)
        and names_pictures(path := os.path.join(folder, name), folder)
    ]


def table_beside(folder: str, called: str | None = None) -> str | None:
    """The table beside a folder of pictures that names them: `digits.csv` or `labels.csv` beside
    `digits/`, or beside the archive that the folder was unpacked from and is `called` by; None
    where there is none, or are several."""
    around, name = os.path.split(os.path.abspath(called or folder))
    name = name if called is None else name.split(".")[0]
    found = [
        entry
        for entry in sorted(os.listdir(around), key=natural_order)
        if is_table_name(entry, TABLE_ENDINGS)
        and (entry.lower().startswith(name.lower()) or "label" in entry.lower())
        and names_pictures(os.path.join(around, entry), folder)
    ]
    return os.path.join(os.path.dirname(called or folder), found[0]) if len(found) == 1 else None


def names_pictures(path: str, folder: str) -> bool:
    """Whether a file is a table with a name of a picture in `folder` in most of its first rows."""
    rows = _rows(path, BEGIN_BYTES)[: LOOKED_AT + 1]
    if not rows or not 1 <= len(rows[0]) <= COLUMNS_MAX:
        return False
    return _file_column(rows, _index(folder)) is not None


def refuse_without_pictures(path: str) -> None:
    """Raise DataError for a table of names of pictures that are not there."""
    rows = _rows(path, BEGIN_BYTES)[: LOOKED_AT + 1]
    if not rows or not 1 <= len(rows[0]) <= COLUMNS_MAX:
        return
    for column in range(min(map(len, rows))):
        names = [row[column].strip().lower() for row in rows]
        if sum(name.endswith(ENDINGS) for name in names) >= max(1, (len(rows) - 1) / 2):
            raise DataError(
                f"{path}: names pictures, such as {rows[-1][column]}, that are not beside it",
                hint="give the folder or the archive of the pictures, with this table inside or "
                "beside it",
            )


def read_picture_table(path: str, folder: str, options: DataOptions) -> PictureTable:
    """The pictures of `folder` and their labels, in the order of the table. Raises DataError with
    all faults, and UsageError for a label column that is not there."""
    if os.path.getsize(path) > TABLE_BYTES_MAX:
        raise DataError(
            f"{path}: is larger than {TABLE_BYTES_MAX >> 20} MiB", hint="split it into several"
        )
    rows, index = _rows(path), _index(folder)
    file = _file_column(rows[: LOOKED_AT + 1], index)
    assert file is not None
    header = rows[0] if _named(rows[0][file], index) is None else None
    body = rows if header is None else rows[1:]
    label = _label_column(header, body, file, options, path)
    found: list[tuple[str, int]] = []
    faults: list[Fault] = []
    for line, row in enumerate(body, 1 if header is None else 2):
        place = f"{path}:{line}"
        key = _named(row[file], index) if len(row) > file else None
        picture = None if key is None else index[key]
        cell = row[label].strip() if label is not None and len(row) > label else ""
        digit = -1 if label is None else digit_of(cell.removesuffix(".0").lower())
        if picture is None:
            name = row[file] if len(row) > file else ""
            said = f"no picture '{name}' is" if key is None else f"several pictures '{name}' are"
            faults.append(Fault(place, f"{said} in {folder}"))
        elif digit is None:
            faults.append(Fault(place, f"label is {cell!r}, expected 0..9"))
        else:
            found.append((picture, digit))
    if faults:
        raise DataError(
            faults, hint="correct these lines or leave them out; names are as in the folder"
        )
    description = "no labels" if label is None else f"labels from {path}"
    return PictureTable(path, tuple(found), description)


def _rows(path: str, size: int = TABLE_BYTES_MAX) -> list[list[str]]:
    """The rows of a text table, without blank lines; [] for what is no text."""
    try:
        with Path(path).open("rb") as file:
            text = file.read(size).decode("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return []
    lines = text.splitlines()
    if not lines or "\0" in text:
        return []
    if path.endswith(JSON_LINES):
        return _json_rows(lines if len(text) < size else lines[:-1])
    separator = max(",;\t", key=lines[0].count)
    if separator not in lines[0] and " " in lines[0].strip():
        separator = " "
    try:
        rows = [row for row in csv.reader(lines, delimiter=separator) if any(map(str.strip, row))]
    except csv.Error:
        return []
    return rows if len(text) < size else rows[:-1]  # the last may be cut


def _json_rows(lines: Sequence[str]) -> list[list[str]]:
    """Lines of JSON as rows, the first with the names; [] where they are no flat objects."""
    try:
        rows = [json.loads(line) for line in lines if line.strip()]
        names = list(rows[0])
        return [names, *([str(row[name]) for name in names] for row in rows)]
    except (ValueError, LookupError, TypeError):
        return []


def _index(folder: str) -> dict[str, str | None]:
    """The pictures in a folder and below by all their names: the path from the folder or from the
    one around it, the name, the name without its ending. None for a name that several have."""
    index: dict[str, str | None] = {}
    for here, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not is_left_out(name))
        for name in names:
            if is_left_out(name) or not name.lower().endswith(ENDINGS):
                continue
            path = os.path.join(here, name)
            inside = os.path.relpath(path, folder).replace(os.sep, "/")
            around = f"{os.path.basename(os.path.abspath(folder))}/{inside}"
            for key in {inside, around, name, os.path.splitext(name)[0]}:
                index[_key(key)] = None if index.get(_key(key), path) != path else path
    return index


def _key(name: str) -> str:
    return name.strip().replace("\\", "/").removeprefix("./").lower()


def _named(cell: str, index: dict[str, str | None]) -> str | None:
    """The name in the index that a path says: the path itself, or as much of its end as is known,
    for a path of another machine; None where nothing is."""
    parts = _key(cell).split("/")
    ends = ("/".join(parts[start:]) for start in range(len(parts)))
    return next((end for end in ends if end in index), None)


def _file_column(rows: Sequence[Sequence[str]], index: dict[str, str | None]) -> int | None:
    """The column with names of pictures in at least half of the rows."""
    for column in range(min(map(len, rows))):
        cells = [row[column] for row in rows]
        known = sum(_named(cell, index) is not None for cell in cells)
        # numbers alone may be anything, unless all pictures are called by numbers
        named = sum(not cell.strip().isdigit() for cell in cells)
        if known >= max(1, (len(rows) - 1) / 2) and (named or known >= len(rows) - 1):
            return column
    return None


def _label_column(
    header: Sequence[str] | None,
    rows: Sequence[Sequence[str]],
    file: int,
    options: DataOptions,
    path: str,
) -> int | None:
    """The column of the labels, None where there is none. Raises DataError, UsageError."""
    count = min(map(len, rows), default=0)
    others = [column for column in range(count) if column != file]
    if options.label is not None:
        return _chosen(header, others, options.label, path)
    named = [c for c in others if header is not None and is_label_name(header[c].strip())]
    digits = [
        c
        for c in others
        if all(digit_of(row[c].strip().removesuffix(".0").lower()) is not None for row in rows)
    ]
    candidates = named or digits
    if len(candidates) > 1:
        first, second = (c + 1 for c in candidates[:2])
        hint = "leave out the other column"
        if header is not None:
            one_name, two_name = (header[c].strip() for c in candidates[:2])
            hint = (
                f"say which: --label {one_name} or --label {two_name} (in Python, "
                f"label='{one_name}')"
            )
        raise DataError(f"{path}: columns {first} and {second} may both be the label", hint=hint)
    return candidates[0] if candidates else None


def _chosen(
    header: Sequence[str] | None, others: Sequence[int], label: str, path: str
) -> int | None:
    if label == "none":
        return None
    named = {header[c].strip(): c for c in others} if header is not None else {}
    if label in named:
        return named[label]
    if label in ("first", "last") and others:
        return others[0 if label == "first" else -1]
    raise UsageError(
        f"{path}: has no column '{label}'",
        hint=f"its columns are {printable_line(', '.join(named)) or 'without names'}",
    )
