"""Reading back what was saved: arrays, and what the libraries say of damaged files."""

from __future__ import annotations

import csv
import zipfile
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

# what Python, numpy, json and zipfile raise on a file that is damaged or another program's
DAMAGED = (OSError, EOFError, ValueError, LookupError, TypeError, RuntimeError, csv.Error)


def read_arrays(file: BinaryIO) -> dict[str, npt.NDArray[Any]]:
    """The arrays of an .npz, by name. Raises ValueError for whatever is wrong with it."""
    try:
        with zipfile.ZipFile(file) as archive:
            if (damaged := archive.testzip()) is not None:
                raise ValueError(f"{damaged} has a wrong checksum")
        file.seek(0)
        with np.load(file, allow_pickle=False) as arrays:
            return {name: arrays[name] for name in arrays.files}
    except Exception as problem:  # zipfile, zlib and numpy let out whatever their parsers raise
        raise ValueError(str(problem) or type(problem).__name__) from problem


def in_one_line(problem: BaseException) -> str:
    """What a library says, without its line breaks; a missing key is all that a KeyError says."""
    text = " ".join(str(getattr(problem, "message", problem)).split())
    return f"{text} is missing" if isinstance(problem, KeyError) else text
