"""Untrusted archives: read a member of a zip, or unpack a zip or a tar, plain or compressed.

Names outside the folder, links and devices are refused. Sizes are counted while reading, because
headers may be wrong. All faults are reported at once. The files appear all together or not at all.
Modes, owners and times are not restored.
"""

from __future__ import annotations

import contextlib
import io
import lzma
import shutil
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, BinaryIO, Literal, cast

from tenfold import files
from tenfold.errors import DataError
from tenfold.sources.unpacking.archive_limits import (
    UNPACKED_BYTES_MAX,
    Allowance,
    MemberContent,
    TarHeader,
    TarStream,
    ZipFileOnDisk,
    archive_errors_as_data_error,
)
from tenfold.sources.unpacking.compression import open_unpacked
from tenfold.sources.unpacking.member_names import MemberNames

CHUNK_BYTES = 2**18
HEAD_BYTES = tarfile.BLOCKSIZE  # enough to tell what a file is
ZIP_MAGICS = (b"PK\x03\x04", b"PK\x05\x06")  # with members, and without

Kind = Literal["zip", "tar", "page", "empty", "other"]


def kind_of(path: Path) -> Kind:
    """The kind of a file from its content, not its name; all but a zip may be compressed.

    A page is HTML or XML, which is what servers send when they do not send the data.
    """
    with open_unpacked(str(path)) as file:
        try:
            head = file.read(HEAD_BYTES)
        except (EOFError, OSError, zlib.error, lzma.LZMAError):
            return "other"
    if head.startswith(ZIP_MAGICS):
        return "zip"
    if head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<"):
        return "page"
    try:
        tarfile.TarInfo.frombuf(head, "utf-8", "surrogateescape")
    except tarfile.HeaderError:
        return "other" if head else "empty"
    return "tar"


def unpack(
    archive: str | Path,
    to: str | Path,
    *,
    typed: str | None = None,
    force: bool = False,
    unpacked_bytes_max: int = UNPACKED_BYTES_MAX,
) -> list[Path]:
    """Unpack a zip or a tar into the new folder `to`; the paths of the files, sorted.

    Messages begin with `typed`, by default the archive's own path. Raises DataError for an archive
    that is broken, hostile or too large, and OutputError for the place; `to` is then as it was.
    """
    archive, typed = Path(archive), str(archive) if typed is None else typed
    allowance = Allowance(typed, unpacked_bytes_max)
    with archive_errors_as_data_error(typed):
        write_files = _unpack_tar if kind_of(archive) == "tar" else _unpack_zip
    with files.staged_folder(Path(to), force=force) as folder, files.os_errors_as_output_error(to):
        names = write_files(archive, folder, allowance)
        if not names:
            raise DataError(f"{typed}: holds no files", hint="check that it is the right archive")
    return sorted(Path(to, name) for name in names)


def unpack_into(archive: str | Path, folder: str | Path) -> None:
    """Unpack a zip or a tar into an empty temporary folder. Raises DataError."""
    typed = str(archive)
    allowance = Allowance(typed, UNPACKED_BYTES_MAX)
    with archive_errors_as_data_error(typed):
        write_files = _unpack_tar if kind_of(Path(archive)) == "tar" else _unpack_zip
    with files.os_errors_as_output_error(folder):
        write_files(Path(archive), Path(folder), allowance)


class SafeZip:
    """A zip whose members have passed all checks that are possible without reading them.

    `sizes_bytes` has its files in their order, by names with `/` between the parts; the sizes are
    those of the directory, and reading checks them.
    """

    def __init__(
        self,
        archive: zipfile.ZipFile,
        members: dict[str, zipfile.ZipInfo],
        allowance: Allowance,
    ) -> None:
        self.sizes_bytes = {name: info.file_size for name, info in members.items()}
        self._archive, self._members, self._allowance = archive, members, allowance

    def open(self, name: str) -> io.BufferedReader:
        """Open a file. Reading raises DataError where it is broken, or where the bytes read from
        this zip exceed the limit."""
        place, info = f"{self._allowance.typed}: {name}", self._members[name]
        with archive_errors_as_data_error(place):
            source = self._archive.open(info)
        return io.BufferedReader(
            MemberContent(source, place, info.file_size, self._allowance), CHUNK_BYTES
        )


@contextlib.contextmanager
def open_zip(
    path: str | Path, *, typed: str | None = None, unpacked_bytes_max: int = UNPACKED_BYTES_MAX
) -> Iterator[SafeZip]:
    """Open a zip for reading, after a check of all its members. Raises DataError."""
    typed = str(path) if typed is None else typed
    with contextlib.ExitStack() as stack:
        with archive_errors_as_data_error(typed):
            file = stack.enter_context(ZipFileOnDisk(io.FileIO(path)))
            archive = stack.enter_context(zipfile.ZipFile(file))
        members = check_members(archive, typed, unpacked_bytes_max=unpacked_bytes_max)
        yield SafeZip(archive, members, Allowance(typed, unpacked_bytes_max))


def check_members(
    archive: zipfile.ZipFile, typed: str, *, unpacked_bytes_max: int = UNPACKED_BYTES_MAX
) -> dict[str, zipfile.ZipInfo]:
    """The files of a zip by their safe names. Raises DataError with the faults of all members."""
    names, members = MemberNames(typed), {}
    for info in archive.infolist():
        kind = stat.S_IFMT(info.external_attr >> 16)  # 0 where the zip was not made on Unix
        is_folder = info.orig_filename.endswith(("/", "\\")) or kind == stat.S_IFDIR
        name = names.take(info.orig_filename, is_folder, _zip_problem(info, kind))
        if not is_folder:
            members[name] = info
    names.raise_faults()
    Allowance(typed, unpacked_bytes_max).spend(sum(info.file_size for info in members.values()))
    return members


def _zip_problem(info: zipfile.ZipInfo, kind: int) -> str | None:
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        return "is a link" if kind == stat.S_IFLNK else "is a device, not a file"
    if info.flag_bits & 0x41:  # bit 0: encrypted; bit 6: strongly encrypted
        return "is encrypted"
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return f"is packed in a rare way (method {info.compress_type})"
    return None


def _unpack_zip(archive: Path, folder: Path, allowance: Allowance) -> list[str]:
    with open_zip(archive, typed=allowance.typed, unpacked_bytes_max=allowance.bytes_max) as opened:
        for name in opened.sizes_bytes:
            with opened.open(name) as source:
                _write(source, folder / name)
        return list(opened.sizes_bytes)


def _unpack_tar(archive: Path, folder: Path, allowance: Allowance) -> list[str]:
    typed, written = allowance.typed, []
    names = MemberNames(typed)
    with contextlib.ExitStack() as stack:
        source = stack.enter_context(open_unpacked(str(archive)))
        stream = TarStream(cast("IO[bytes]", source), allowance)
        with archive_errors_as_data_error(
            typed
        ):  # "r|" never seeks, so no header can send it backwards
            file = cast("IO[bytes]", stream)
            tar = stack.enter_context(tarfile.open(fileobj=file, mode="r|", tarinfo=TarHeader))
        for member in _tar_members(tar, stream, typed):
            name = names.take(member.name, member.isdir(), _tar_problem(member))
            if member.isreg() and not names.faults:
                content = cast("IO[bytes]", tar.extractfile(member))
                with io.BufferedReader(
                    MemberContent(content, f"{typed}: {name}", member.size)
                ) as checked:
                    _write(checked, folder / name)
                written.append(name)
        while stream.read(CHUNK_BYTES):  # to the end, where a checksum may be
            pass
    names.raise_faults()
    return written


def _tar_members(tar: tarfile.TarFile, stream: TarStream, typed: str) -> Iterator[tarfile.TarInfo]:
    while True:
        with archive_errors_as_data_error(typed):
            member = tar.next()
        if member is None:
            return
        stream.expect(member.size if member.isreg() else 0)
        yield member


def _tar_problem(member: tarfile.TarInfo) -> str | None:
    if member.issym() or member.islnk():
        return "is a link"
    if not (member.isreg() or member.isdir()):
        return "is a device, not a file"
    return "is a sparse file" if member.issparse() else None


def _write(source: BinaryIO, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("xb") as file:
        shutil.copyfileobj(source, file, CHUNK_BYTES)
