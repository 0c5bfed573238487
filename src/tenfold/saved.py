"""Reading saved arrays, and the errors that libraries raise on damaged files."""

from __future__ import annotations

import csv
import zipfile
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

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
