"""Errors of the standard library about a file, as DataError."""

from __future__ import annotations

import contextlib
import gzip
import lzma
import os
import zlib
from collections.abc import Iterator

from tenfold.errors import DataError


@contextlib.contextmanager
def file_errors_as_data_error(path: str) -> Iterator[None]:
    """Turn the errors that the standard library raises for a damaged or unreadable file into a
    DataError that begins with `path`."""
    try:
        yield
    except DataError:
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
