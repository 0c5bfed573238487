"""Errors of the standard library about a file, as DataError."""

from __future__ import annotations

import contextlib
import gzip
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
    except (zlib.error, EOFError, gzip.BadGzipFile) as problem:
        raise DataError(f"{path}: broken gzip: {problem}", hint="download it again") from problem
    except OSError as problem:
        raise DataError(
            f"{path}: cannot be read: {problem.strerror}", hint="check the path and its permissions"
        ) from problem
