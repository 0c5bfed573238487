"""Errors about a file: those of the standard library become DataError, and the code of a remedy
gets the name of the file."""

from __future__ import annotations

import contextlib
import gzip
import lzma
import os
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from tenfold.errors import DataError
from tenfold.sources.unpacking.compression import ENDINGS, compression_of

FILE = "'FILE'"  # in the code of remedies
UNPACK = "unpack it first, and write the name of what comes out for FILE"
OPEN_ZIPS = re.compile(r"(numpy\.load|load_npz|torch\.load|read_excel)\(")  # their files are zips
UNPACK_BY_ENDING = re.compile(r"pandas\.read_(csv|json|pickle)\('FILE'")


@contextlib.contextmanager
def file_errors_as_data_error(path: str) -> Iterator[None]:
    """Turn the errors that the standard library raises for a damaged or unreadable file into a
    DataError that begins with `path`, and name the file in the code of remedies."""
    try:
        yield
    except DataError as problem:
        problem.hint = with_file(problem.hint, path)
        raise
    except lzma.LZMAError as problem:
        hint = "download it again"
        if "emory" in str(problem):  # a limit of ours, not damage
            hint = f"unpack it yourself: xz -dc {path} > OTHER"
        raise DataError(f"{path}: broken xz: {problem}", hint=hint) from problem
    except (zlib.error, EOFError, gzip.BadGzipFile) as problem:
        kind = {".xz": "xz", ".bz2": "bzip2"}.get(os.path.splitext(path)[1], "gzip")
        raise DataError(f"{path}: broken {kind}: {problem}", hint="download it again") from problem
    except OSError as problem:
        if problem.errno is None:  # as bz2 raises it
            raise DataError(f"{path}: broken bzip2: {problem}", hint="download it again") from None
        raise DataError(
            f"{path}: cannot be read: {problem.strerror}", hint="check the path and its permissions"
        ) from problem


def with_file(hint: str, path: str) -> str:
    """A remedy whose code reads the file at `path`; where that code does not unpack what the file
    is packed in, the remedy says so. A folder and a stream are left to whoever reads it."""
    if FILE not in hint or UNPACK in hint or not os.path.isfile(path):
        return hint
    if _is_opened_packed(hint, path):
        return hint.replace(FILE, repr(path))
    return f"{UNPACK}; {hint}"


def _is_opened_packed(hint: str, path: str) -> bool:
    """Whether the code opens the file, however that is packed."""
    with Path(path).open("rb") as file:
        compression = compression_of(file.read(8))
    if compression is not None:
        by_ending = path.endswith(ENDINGS) and ".tar." not in path
        return by_ending and UNPACK_BY_ENDING.search(hint) is not None
    return not zipfile.is_zipfile(path) or OPEN_ZIPS.search(hint) is not None
