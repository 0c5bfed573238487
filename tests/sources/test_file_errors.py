"""Errors of the standard library about a file."""

from __future__ import annotations

import gzip
import zlib

import pytest

from tenfold.errors import DataError
from tenfold.sources.file_errors import file_errors_as_data_error


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (zlib.error("invalid block"), "a.gz: broken gzip: invalid block"),
        (EOFError("ended early"), "a.gz: broken gzip: ended early"),
        (gzip.BadGzipFile("no magic"), "a.gz: broken gzip: no magic"),
        (PermissionError(13, "Permission denied"), "a.gz: cannot be read: Permission denied"),
    ],
)
def test_an_error_names_the_file_and_the_remedy(error: Exception, said: str) -> None:
    with pytest.raises(DataError) as caught, file_errors_as_data_error("a.gz"):
        raise error
    assert caught.value.message == said
    assert caught.value.hint


def test_an_error_of_the_tree_passes_unchanged() -> None:
    error = DataError("b.csv: is empty", hint="download it")
    with pytest.raises(DataError) as caught, file_errors_as_data_error("a.gz"):
        raise error
    assert caught.value is error
