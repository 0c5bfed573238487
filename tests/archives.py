"""Small archives of every kind, and the refusal of one."""

from __future__ import annotations

import io
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tenfold.errors import DataError
from tenfold.sources.unpacking.unpack import unpack

ROWS = b"label,pixel0\r\n7,0\r\n"

Files = dict[str, bytes]


def make_zip(path: Path, members: Files) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def make_tar(path: Path, members: Files) -> Path:
    mode = "w:gz" if path.name.endswith("gz") else "w"
    with tarfile.open(path, mode) as archive:  # type: ignore[call-overload]
        for name, content in members.items():
            add_to_tar(archive, name, content)
    return path


def add_to_tar(archive: tarfile.TarFile, name: str, content: bytes = b"", **fields: object) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(content)
    for field, value in fields.items():
        setattr(member, field, value)
    archive.addfile(member, io.BytesIO(content))


def make_tar_gz(path: Path, members: Files) -> Path:
    return make_tar(path.with_suffix(".tgz"), members)


Maker = Callable[[Path, Files], Path]


def refused(archive: Path, to: Path, **options: Any) -> str:
    """The message of the refusal, which must leave nothing behind."""
    before = sorted(archive.parent.iterdir())
    with pytest.raises(DataError) as caught:
        unpack(archive, to, typed="digits", **options)
    assert sorted(archive.parent.iterdir()) == before
    assert caught.value.hint
    return caught.value.message
