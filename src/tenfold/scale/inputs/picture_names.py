"""Where the pictures of a folder, a list or a tar lie: their names, and where a tar has their
content."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tarfile
from collections.abc import Iterator, Sequence
from typing import IO, Any, BinaryIO, NamedTuple, cast

from tenfold.files import natural_order
from tenfold.framing import formats
from tenfold.framing.picture import ENDINGS, HEIF_ENDINGS
from tenfold.sources.file_errors import file_errors_as_data_error
from tenfold.sources.unpacking.archive_limits import (
    Allowance,
    TarHeader,
    TarStream,
    archive_errors_as_data_error,
)

UNPACKED_BYTES_MAX = 1 << 50  # nothing is unpacked to the disk or the memory
# What `tenfold read` lists of a folder: documents too, so that their error says that they were not
# read.
READ_ENDINGS = ENDINGS + HEIF_ENDINGS + formats.ENDINGS


class PictureListing(NamedTuple):
    """The names of pictures in natural order, their bytes in all, and the SHA-256 of names, sizes
    and times."""

    names: list[str]
    size_bytes: int
    sha256: str


class TarPicture(NamedTuple):
    """A picture in a tar: its name, the byte where it begins, its size, and how to read it."""

    name: str
    begin: int
    size_bytes: int
    file: IO[bytes]


def list_folder(folder: str, endings: tuple[str, ...] = ENDINGS) -> PictureListing:
    """The files with these endings in a folder and in the folders below, by their paths inside.
    Raises DataError."""
    names: list[str] = []
    with file_errors_as_data_error(folder):
        for here, folders, files in os.walk(folder):
            folders[:] = [name for name in folders if not name.startswith(".")]
            found = [name for name in files if is_picture_name(name, endings)]
            names += [os.path.relpath(os.path.join(here, name), folder) for name in found]
    return list_files(sorted(names, key=natural_order), folder)


def list_files(names: Sequence[str], folder: str = "") -> PictureListing:
    """Files by their paths inside a folder, in this order. Raises DataError."""
    total = 0
    digest = hashlib.sha256()
    for name in names:
        path = os.path.join(folder, name)
        with file_errors_as_data_error(path):
            stat = os.stat(path)
        total += stat.st_size
        digest.update(os.fsencode(f"{name}\0{stat.st_size}\0{stat.st_mtime_ns}\n"))
    return PictureListing(list(names), total, digest.hexdigest())


def is_picture_name(name: str, endings: tuple[str, ...]) -> bool:
    """Whether a file has one of the endings, and is not hidden."""
    base = os.path.basename(name)
    return base.lower().endswith(endings) and not base.startswith(".")


def tar_pictures(
    stream: BinaryIO, name: str, endings: tuple[str, ...] = ENDINGS
) -> Iterator[TarPicture]:
    """The files with these endings in a tar, in its order, read once from its beginning. Raises
    DataError."""
    limited = TarStream(stream, Allowance(name, UNPACKED_BYTES_MAX))
    with contextlib.ExitStack() as stack:
        with archive_errors_as_data_error(name):
            file = cast("IO[bytes]", limited)
            tar = stack.enter_context(tarfile.open(fileobj=file, mode="r|", tarinfo=TarHeader))
        while True:
            with archive_errors_as_data_error(name):
                member = tar.next()
            if member is None:
                return
            cast(Any, tar).members = []  # or it would keep them all
            limited.expect(member.size if member.isreg() else 0)
            regular = member.isreg() and not member.issparse()
            if not regular or not is_picture_name(member.name, endings):
                continue
            content = tar.extractfile(member)
            assert content is not None
            yield TarPicture(member.name, member.offset_data, member.size, content)
