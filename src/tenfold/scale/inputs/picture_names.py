"""Where the pictures of a folder or a tar lie: their names, and where a tar has their content."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tarfile
from collections.abc import Iterator
from typing import IO, Any, BinaryIO, NamedTuple, cast

from tenfold.errors import DataError
from tenfold.files import natural_order
from tenfold.framing.picture import ENDINGS, FILE_BYTES_MAX
from tenfold.sources.file_errors import file_errors_as_data_error
from tenfold.sources.unpacking.archive_limits import (
    Allowance,
    TarHeader,
    TarStream,
    archive_errors_as_data_error,
)

UNPACKED_BYTES_MAX = 1 << 50  # nothing is unpacked to the disk or the memory


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


def list_folder(folder: str) -> PictureListing:
    """The pictures in a folder and in the folders below, by their paths inside. Raises
    DataError."""
    names, total = [], 0
    digest = hashlib.sha256()
    with file_errors_as_data_error(folder):
        for here, folders, files in os.walk(folder):
            folders[:] = [name for name in folders if not name.startswith(".")]
            found = [f for f in files if f.lower().endswith(ENDINGS) and not f.startswith(".")]
            names += [os.path.relpath(os.path.join(here, name), folder) for name in found]
        names.sort(key=natural_order)
        for name in names:
            stat = os.stat(os.path.join(folder, name))
            total += stat.st_size
            digest.update(os.fsencode(f"{name}\0{stat.st_size}\0{stat.st_mtime_ns}\n"))
    return PictureListing(names, total, digest.hexdigest())


def tar_pictures(stream: BinaryIO, name: str) -> Iterator[TarPicture]:
    """The pictures of a tar in its order, read once from its beginning. Raises DataError."""
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
            if not _is_picture(member):
                continue
            if member.size > FILE_BYTES_MAX:
                raise DataError(
                    f"{name}: {member.name} is larger than {FILE_BYTES_MAX // 1_000_000} MB",
                    hint="make it smaller",
                )
            content = tar.extractfile(member)
            assert content is not None
            yield TarPicture(member.name, member.offset_data, member.size, content)


def _is_picture(member: tarfile.TarInfo) -> bool:
    base = os.path.basename(member.name)
    regular = member.isreg() and not member.issparse()
    return regular and base.lower().endswith(ENDINGS) and not base.startswith(".")
