"""Reading saved files that may be damaged: arrays, and the errors that libraries raise."""

from __future__ import annotations

import contextlib
import csv
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from tenfold.errors import DataError

# what Python, numpy, json and zipfile raise on a file that is damaged or of another program
DAMAGED = (OSError, EOFError, ValueError, LookupError, TypeError, RuntimeError, csv.Error)


def read_arrays(file: BinaryIO) -> dict[str, npt.NDArray[Any]]:
    """Read the arrays of an .npz file, by name. Raises ValueError for any fault in it."""
    try:
        with zipfile.ZipFile(file) as archive:
            if (damaged := archive.testzip()) is not None:
                raise ValueError(f"{damaged} has a wrong checksum")
        file.seek(0)
        with np.load(file, allow_pickle=False) as arrays:
            return {name: arrays[name] for name in arrays.files}
    except Exception as problem:  # zipfile, zlib and numpy raise whatever their parsers do
        raise ValueError(str(problem) or type(problem).__name__) from problem


def in_one_line(problem: BaseException) -> str:
    """The message of a library's error without line breaks; that of a KeyError is the key alone."""
    text = " ".join(str(getattr(problem, "message", problem)).split())
    return f"{text} is missing" if isinstance(problem, KeyError) else text


@contextlib.contextmanager
def damage_as_data_error(file: Path) -> Iterator[None]:
    """Turn what reading a damaged file raises into a DataError that names it."""
    try:
        yield
    except DAMAGED as problem:
        raise DataError(
            f"{file}: not what a run leaves there: {in_one_line(problem)}",
            hint="restore the run folder, or start another run",
        ) from problem
