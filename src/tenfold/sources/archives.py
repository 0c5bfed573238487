"""Archives that hold what a folder may hold: pictures, IDX files, Parquet. They are unpacked into a
temporary folder, safely, and read as that folder; names are those of the archive."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from tenfold.digits import Digits
from tenfold.errors import DataError, Fault
from tenfold.framing.picture import ENDINGS
from tenfold.sources.arrays.idx_files import is_images_name
from tenfold.sources.contents import DigitsAndNotes, Readers
from tenfold.sources.left_out import is_left_out
from tenfold.sources.unpacking.unpack import kind_of, unpack_into


def is_tar(path: str) -> bool:
    """Whether a file is a tar archive, plain or compressed."""
    return kind_of(Path(path)) == "tar"


def holds_a_folder(members: Iterable[str]) -> bool:
    """Whether an archive with these members holds pictures, IDX or Parquet files, or arrays."""
    return any(
        name.lower().endswith((*ENDINGS, ".parquet", ".npz")) or is_images_name(name)
        for name in members
        if not is_left_out(name)
    )


def archive_readers(
    path: str, readers_of_folder: Callable[[str], Readers], stack: contextlib.ExitStack
) -> Readers:
    """The readers of the archive's content, valid until `stack` is closed. Raises DataError."""
    folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="tenfold-"))
    unpack_into(path, folder)
    return named_readers(folder, path, readers_of_folder)


def named_readers(folder: str, name: str, readers_of_folder: Callable[[str], Readers]) -> Readers:
    """The readers of a folder that the user knows by another name. Raises DataError."""
    with _named(folder, name):
        readers = readers_of_folder(folder)
    return {split: _reader(reader, folder, name) for split, reader in readers.items()}


def _reader(
    read: Callable[[], DigitsAndNotes], folder: str, path: str
) -> Callable[[], DigitsAndNotes]:
    def read_named() -> DigitsAndNotes:
        with _named(folder, path):
            digits, notes = read()
        return _renamed(digits, folder, path), tuple(_name(note, folder, path) for note in notes)

    return read_named


def _renamed(digits: Digits, folder: str, path: str) -> Digits:
    names = digits.names
    return dataclasses.replace(
        digits,
        files=tuple(
            dataclasses.replace(file, name=_name(file.name, folder, path)) for file in digits.files
        ),
        names=None if names is None else tuple(_name(name, folder, path) for name in names),
    )


@contextlib.contextmanager
def _named(folder: str, path: str) -> Iterator[None]:
    """Give errors the names of the archive."""
    try:
        yield
    except DataError as problem:
        hint = problem.hint
        if folder in hint:  # what it says to give is a file inside
            hint = f"unpack it first; then {hint.replace(folder + os.sep, '')}"
        faults = [
            Fault(_name(fault.place, folder, path), _name(fault.problem, folder, path))
            for fault in problem.faults
        ]
        message = _name(problem.message, folder, path)
        count = problem.fault_count
        raise DataError(faults or message, hint=hint, fault_count=count or None) from problem


def _name(text: str, folder: str, path: str) -> str:
    """A text with `archive.zip: 7/a.png` for the path in the temporary folder."""
    return text.replace(folder + os.sep, f"{path}: ").replace(folder, path)
