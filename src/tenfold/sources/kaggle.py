"""Kaggle's download: the zip, the folder that it unpacks to, and where a notebook has it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from tenfold.console import printable_line
from tenfold.digits import AUTO, DataOptions
from tenfold.errors import DataError
from tenfold.framing.formats import UNPACK, ZIP
from tenfold.framing.signatures import BEGIN, format_of
from tenfold.sources.arrays.array_readers import is_npz, npz_readers
from tenfold.sources.contents import DigitsAndNotes
from tenfold.sources.file_errors import file_errors_as_data_error
from tenfold.sources.left_out import is_left_out
from tenfold.sources.tables.csv_file import read_csv
from tenfold.sources.tables.lines import refuse_size
from tenfold.sources.tables.names import table_splits
from tenfold.sources.unpacking.compression import unpacked_stream
from tenfold.sources.unpacking.unpack import open_zip

NOTEBOOK_FOLDER = "/kaggle/input/digit-recognizer"  # where Kaggle mounts the competition's data
ZIP_NAME = "digit-recognizer.zip"
MEDIA_TYPE = b"mimetypeapplication/"  # the first member of OpenDocument and EPUB, with its content
SPLITS = ("train", "test")
ARCHIVE_ENDINGS = (".zip", ".tar", ".tgz", ".tar.gz", ".tar.bz2", ".tar.xz")


def in_notebook() -> bool:
    """Whether this is a Kaggle notebook with the competition's data."""
    return "KAGGLE_KERNEL_RUN_TYPE" in os.environ and os.path.isdir(NOTEBOOK_FOLDER)


def folder_file(folder: str, split: str) -> str | None:
    """The path of a split's CSV in `folder`, plain, .gz, or .zip as Kaggle packed it before; None
    where none is there."""
    for ending in (".csv", ".csv.gz", ".csv.zip"):
        path = os.path.join(folder, split + ending)
        if os.path.isfile(path):
            return path
    return None


def members_of(path: str) -> list[str]:
    """The names of the files in a zip. Raises DataError for a broken or hostile one."""
    with file_errors_as_data_error(path), open_zip(path) as archive:
        return list(archive.sizes_bytes)


def zip_readers(path: str, options: DataOptions = AUTO) -> dict[str, Callable[[], DigitsAndNotes]]:
    """A function that reads the table, for each of train and test in the zip; or for its arrays.

    Raises DataError for a broken or hostile zip, and for one with neither.
    """
    with file_errors_as_data_error(path), open_zip(path) as archive:
        sizes_bytes = archive.sizes_bytes
    members = [name for name in sizes_bytes if not is_left_out(name)]
    if is_npz(sizes_bytes):
        return npz_readers(path, options)
    readers: dict[str, Callable[[], DigitsAndNotes]] = {}
    for split in SPLITS:
        matching = [name for name in members if os.path.basename(name) == f"{split}.csv"]
        if len(matching) > 1:
            raise DataError(
                f"{path}: holds {len(matching)} files named {split}.csv: {', '.join(matching[:3])}",
                hint="unpack it and give the one that you mean",
            )
        if matching:
            refuse_size(sizes_bytes[matching[0]], f"{path}: {matching[0]}")  # before unpacking it
            readers[split] = _member_reader(path, matching[0], options)
    if not readers:
        for role, name in table_splits(members, path).items():
            refuse_size(sizes_bytes[name], f"{path}: {name}")
            readers[role] = _member_reader(path, name, options)
    if not readers:
        listed = ", ".join(members[:3]) or "nothing"
        more = f" and {len(members) - 3} more" if len(members) > 3 else ""
        refuse_other_formats(path, members)
        raise DataError(
            f"{path}: holds no train.csv and no test.csv, but {listed}{more}",
            hint=_remedy(members),
        )
    return readers


def refuse_other_formats(path: str, members: list[str]) -> None:
    """Raise DataError for an office document or a PyTorch file, which are zips too."""
    with Path(path).open("rb") as file:
        begin = file.read(BEGIN)
    # a document inside the zip is no document: names decide, or the media type, which comes first
    named = begin if MEDIA_TYPE in begin else "\n".join(members).encode(errors="replace")
    known = format_of(begin[:4] + named)
    if known is not None and known is not ZIP:
        raise DataError(f"{path}: is {known.name}, not a table of rows", hint=known.remedy)


def _remedy(members: list[str]) -> str:
    """The remedy for a zip without tables."""
    if inner := next((name for name in members if name.lower().endswith(ARCHIVE_ENDINGS)), None):
        return f"unpack it, and give the archive inside, {printable_line(inner)}"
    if members:
        return f"if your rows or pictures are in it, {UNPACK}"
    return "give Kaggle's digit-recognizer.zip"


def _member_reader(path: str, member: str, options: DataOptions) -> Callable[[], DigitsAndNotes]:
    def read() -> DigitsAndNotes:
        with (
            file_errors_as_data_error(path),
            open_zip(path) as archive,
            archive.open(member) as stream,
        ):
            return read_csv(unpacked_stream(stream), f"{path}: {member}", options)

    return read
