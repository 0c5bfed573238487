"""Errors of the standard library about a file."""

from __future__ import annotations

import gzip
import zipfile
import zlib
from pathlib import Path

import pytest

from tenfold.errors import DataError
from tenfold.sources.file_errors import UNPACK, file_errors_as_data_error, with_file


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


PACKED = gzip.compress(b"1,2", mtime=0)  # ids of tests hold it
READ, OPEN = "table = pandas.read_csv('FILE')", "data = open('FILE')"


@pytest.mark.parametrize(
    ("name", "content", "code", "unpacked"),
    [
        ("a.csv", b"1,2", READ, False),
        ("a.csv.gz", PACKED, READ, False),  # pandas goes by the ending
        ("a.data", PACKED, READ, True),
        ("a.arff.gz", PACKED, OPEN, True),
        ("a.tar.gz", PACKED, READ, True),
        ("a.zip", None, READ, True),
        ("a.npz", None, "data = numpy.load('FILE')", False),
    ],
)
def test_the_code_of_a_remedy_names_the_file_or_says_to_unpack_it(
    name: str, content: bytes | None, code: str, unpacked: bool, tmp_path: Path
) -> None:
    path = tmp_path / name
    if content is None:
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("inside", b"1,2")
    else:
        path.write_bytes(content)
    hint = f"write it anew:\n  {code}"
    told = with_file(hint, str(path))
    assert told == (f"{UNPACK}; {hint}" if unpacked else hint.replace("'FILE'", repr(str(path))))
    assert with_file(told, str(path)) == told


def test_the_code_for_a_folder_or_a_stream_stays(tmp_path: Path) -> None:
    assert with_file(READ, str(tmp_path)) == with_file(READ, "-") == READ
