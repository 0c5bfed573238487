"""A folder of pictures: a subfolder for each class, labels in a table or in the names, or none."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from tenfold.digits import AUTO, DataFile, DataOptions, Digits
from tenfold.errors import DataError, Fault
from tenfold.files import natural_order
from tenfold.framing import formats
from tenfold.framing.picture import ENDINGS
from tenfold.sources.class_names import class_of, digit_of
from tenfold.sources.contents import DigitsAndNotes
from tenfold.sources.decoding.isolated import Unreadable, read_tiles
from tenfold.sources.left_out import is_left_out
from tenfold.sources.pictures.name_labels import labels_of_names
from tenfold.sources.tables.picture_table import read_picture_table

TILES_MAX = 2_000_000  # 1.6 GB
SIDECAR_BYTES_MAX = 64


@dataclass(frozen=True)
class Pictures:
    """Pictures by their paths, each with its label (all -1: there are none); what was understood,
    and files beside them that belong to them."""

    found: Sequence[tuple[str, int]]
    words: str = ""
    tables: tuple[str, ...] = ()


def is_class_folder(folder: str) -> bool:
    """Whether a folder has subfolders named by digits, such as `7`, `seven` or `digit_7`."""
    return bool(_class_folders(folder))


def has_pictures(folder: str) -> bool:
    """Whether a folder holds pictures, by the endings of their names."""
    return bool(_pictures(folder))


def read_classes(folder: str) -> DigitsAndNotes:
    """Read labelled digits from subfolders named by digits; and notes. Raises DataError."""
    classes = _class_folders(folder)
    found = [
        (path, digit)
        for digit, names in sorted(classes.items())
        for name in names
        for path in _pictures(os.path.join(folder, name))
    ]
    plain = all(name == str(digit) for digit, names in classes.items() for name in names)
    listed = ", ".join(f"{names[0]} is {digit}" for digit, names in sorted(classes.items()))
    return _read(folder, Pictures(found, "" if plain else f"classes by folder: {listed}"))


def read_flat(
    folder: str, options: DataOptions = AUTO, *, to_predict: bool = False
) -> DigitsAndNotes:
    """Read the pictures of a folder in natural order, with labels where all their names have them;
    and notes. Labels of rows `to_predict` are not needed, so names may leave them open. Raises
    DataError."""
    paths = _pictures(folder)
    if options.label is None and (labels := _labels_beside(paths)) is not None:
        words = "labels from the .cls file beside each picture"
        return _read(
            folder, Pictures(list(zip(paths, labels, strict=True)), words, sidecars(paths))
        )
    try:
        names = [os.path.basename(path) for path in paths]
        labels, words = labels_of_names(names, options.label, folder) if names else (None, "")
    except DataError:
        if not to_predict:
            raise
        labels, words = None, ""
    digits = [-1] * len(paths) if labels is None else labels
    return _read(folder, Pictures(list(zip(paths, digits, strict=True)), words))


def read_tabled(table: str, folder: str, options: DataOptions = AUTO) -> DigitsAndNotes:
    """Read the pictures of `folder` that a table names, with its labels; and notes.

    Raises DataError.
    """
    read = read_picture_table(table, folder, options)
    return _read(folder, Pictures(read.pictures, read.words, (table,)))


def _read(folder: str, pictures: Pictures) -> DigitsAndNotes:
    """Open the pictures. They are framed unless they are tiles already. Raises DataError, naming
    every file that cannot be read."""
    found = pictures.found
    if not found:
        raise DataError(f"{folder}: holds no pictures", hint=f"known: {' '.join(ENDINGS)}")
    if len(found) > TILES_MAX:
        raise DataError(
            f"{folder}: {len(found):,} pictures, more than {TILES_MAX:,}",
            hint="give it in several folders",
        )
    results = read_tiles([path for path, _ in found])
    faults = [result for result in results if isinstance(result, Unreadable)]
    if faults:
        raise DataError(faults, hint=_remedy(faults))
    good = (result for result in results if not isinstance(result, Unreadable))
    tiles, stored, digests, sizes, _ = zip(*good, strict=True)
    labels = np.array([digit for _, digit in found], dtype=np.int64)
    names = tuple(path for path, _ in found)
    lineage = hashlib.sha256()
    for (path, _), digest in zip(found, digests, strict=True):
        inside = os.path.relpath(path, folder).replace(os.sep, "/")
        lineage.update(os.fsencode(inside) + f"\0{digest}\n".encode())
    if pictures.tables:  # elsewhere the names hold the labels
        lineage.update(labels.tobytes())
    file = DataFile(folder, lineage.hexdigest(), sum(sizes), len(found))
    framed = any(tile is not picture for tile, picture in zip(tiles, stored, strict=True))
    digits = Digits(
        np.stack(tiles),
        labels if labels[0] >= 0 else None,
        (file,),
        names,
        np.stack(stored) if framed else None,
    )
    others = _left_out(folder, frozenset((*names, *pictures.tables)))
    said = f"{folder}: {pictures.words}" if pictures.words else None
    return digits, tuple(note for note in (said, others) if note is not None)


def sidecars(pictures: Sequence[str]) -> tuple[str, ...]:
    """The files that WebDataset keeps the class of a picture in."""
    return tuple(f"{os.path.splitext(path)[0]}.cls" for path in pictures)


def _labels_beside(pictures: Sequence[str]) -> list[int] | None:
    """The labels in such files; None where a picture has none. Raises DataError."""
    files = sidecars(pictures)
    if not files or not all(map(os.path.isfile, files)):
        return None
    labels: list[int] = []
    faults: list[Fault] = []
    for path in files:
        with open(path, "rb") as file:
            content = file.read(SIDECAR_BYTES_MAX).decode(errors="replace").strip()
        digit = digit_of(content)
        labels.append(-1 if digit is None else digit)
        faults += [] if digit is not None else [Fault(path, f"is {content!r}, expected 0..9")]
    if faults:
        raise DataError(faults, hint="correct these files, or leave them and their pictures out")
    return labels


def _class_folders(folder: str) -> dict[int, list[str]]:
    """The subfolders that are named by digits."""
    found: dict[int, list[str]] = {}
    if os.path.isdir(folder):
        for entry in sorted(os.scandir(folder), key=lambda entry: natural_order(entry.name)):
            if entry.is_dir() and (digit := class_of(entry.name)) is not None:
                found.setdefault(digit, []).append(entry.name)
    return found


def _pictures(folder: str) -> list[str]:
    """The files in `folder` whose names are those of pictures, 2.png before 10.png."""
    if not os.path.isdir(folder):
        return []
    names = sorted(
        (
            entry.name
            for entry in os.scandir(folder)
            if entry.name.lower().endswith(ENDINGS)
            and not is_left_out(entry.name)
            and entry.is_file()
        ),
        key=natural_order,
    )
    return [os.path.join(folder, name) for name in names]


def _left_out(folder: str, read: Collection[str]) -> str | None:
    """A note on the other files of a folder, with documents by name; None where there are none.
    Hidden files are not counted."""
    others = []
    for here, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not is_left_out(name)]
        paths = (os.path.join(here, name) for name in names if not is_left_out(name))
        others += [path for path in paths if path not in read]
    if not others:
        return None
    documents = [path for path in others if path.lower().endswith(formats.ENDINGS)]
    named = [os.path.relpath(path, folder) for path in sorted(documents, key=natural_order)]
    listed = f", among them {', '.join(named[:3])}" if named else ""
    files = "1 other file was" if len(others) == 1 else f"{len(others):,} other files were"
    return f"{folder}: {files} left out{listed}"


def _remedy(faults: Sequence[Unreadable]) -> str:
    """The remedy of the files, where all have the same; else one for all of them."""
    remedies = {fault.remedy for fault in faults}
    return remedies.pop() if len(remedies) == 1 else "save each again as PNG, or move it elsewhere"
