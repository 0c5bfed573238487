"""Atomic writing of files and folders, and hashes of files.

Content is written to a temporary file beside its place, flushed to the disk and renamed. So a
crash, a full disk or a kill -9 leaves either the old content or the new one, never a part.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import itertools
import json
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Container, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from tenfold.errors import OutputError, TenfoldError


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file's content, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def natural_order(path: str) -> tuple[Any, ...]:
    """A key that sorts paths folder by folder, and numbers in them by value: 2 before 10."""
    names = path.replace(os.sep, "/").split("/")
    split_names = [re.split(r"([0-9]+)", name) for name in names]
    # odd pieces are the numbers; 7 and 007 are the same number, and the text decides
    values = [
        [int(piece) if i % 2 else piece for i, piece in enumerate(pieces)] for pieces in split_names
    ]
    return values, path


def refuse_existing(path: str | Path, *, force: bool, ours: Container[str] | None = None) -> None:
    """Raise OutputError if `path` exists and may not be replaced.

    Without `force` nothing is replaced. With it, a file is, and a folder if all its entries have
    names in `ours`: a folder with other work in it is never replaced.
    """
    if not os.path.lexists(path):
        return
    obstacle = None if ours is None else _obstacle_to_replacing(path, ours)
    if not force:
        replaced = ", or replace it with --force" if obstacle is None else ""
        raise OutputError(f"{path}: exists already", hint=f"choose another place{replaced}")
    if obstacle is not None:
        raise OutputError(
            f"{path}: --force replaces only what tenfold has written{obstacle}",
            hint="choose another place",
        )


def _obstacle_to_replacing(path: str | Path, ours: Container[str]) -> str | None:
    """None if the folder may be replaced; else the end of the message, "" or a name in brackets."""
    with os_errors_as_output_error(path):
        if os.path.islink(path):
            return ""
        try:
            names = os.listdir(path)
        except NotADirectoryError:
            return ""
        except FileNotFoundError:  # another process has just moved it aside
            return None
    # hidden entries are files that a kill -9 left half-written
    foreign = [name for name in names if name not in ours and not name.startswith(".")]
    if foreign:
        return f" (it holds {foreign[0]})"
    return "" if os.path.realpath(path) == os.path.realpath(os.curdir) else None


@contextlib.contextmanager
def os_errors_as_output_error(path: str | Path) -> Iterator[None]:
    """Turn the operating system's errors while writing to `path` into an OutputError."""
    try:
        yield
    except TenfoldError:  # some are OSErrors too, and have their own message
        raise
    except OSError as problem:
        remedies = {
            errno.ENOSPC: "the disk is full: free some space or choose another place",
            errno.EDQUOT: "your disk quota is used up: free some space or choose another place",
            errno.EROFS: "the file system is read-only: choose another place",
            errno.EACCES: "you may not write there: choose another place",
            errno.EPERM: "you may not write there: choose another place",
            errno.ENOTDIR: "part of the path is a file, not a folder: choose another place",
            errno.EISDIR: "that is a folder: give the name of a file in it",
        }
        raise OutputError(
            f"{path}: cannot be written: {os.strerror(problem.errno or 0)}",
            hint=remedies.get(problem.errno or 0, "choose another place"),
        ) from problem


def write_whole(path: Path, content: bytes | str | Callable[[BinaryIO], None]) -> None:
    """Write `content`, or what a function writes, to `path` and replace a file there, atomically.

    Raises OutputError; `path` is then unchanged.
    """
    if isinstance(content, str):
        content = encoded(content)
    with staged_file(path) as file, os_errors_as_output_error(path):
        if callable(content):
            content(file)
        else:
            file.write(content)


@contextlib.contextmanager
def staged_file(path: Path) -> Iterator[BinaryIO]:
    """Yield a file beside `path`, and rename it to `path` when the block has succeeded; what was
    there is replaced. Raises OutputError.

    Errors of the block are the block's: it may do other work than to write.
    """
    with os_errors_as_output_error(path):
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
        if path.exists() and not path.is_file():
            raise OutputError(f"{path}: is not a file", hint="use - for standard output")
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, aside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        file = os.fdopen(descriptor, "wb")
    try:
        yield file
        with os_errors_as_output_error(path):
            file.flush()
            os.fsync(file.fileno())
            file.close()  # Windows renames no open file
            os.chmod(aside, 0o666 & ~_umask())  # mkstemp makes files that only the owner can read
            os.replace(aside, path)
    except BaseException:
        with contextlib.suppress(OSError):
            file.close()  # what waits in its buffer may fail to be written
        with contextlib.suppress(FileNotFoundError):
            os.unlink(aside)
        raise
    _sync_folder(path.parent)


def encoded(text: str) -> bytes:
    """Encode as UTF-8; bytes of file names that are no valid UTF-8 become escapes."""
    return text.encode(errors="backslashreplace")


def write_json(path: Path, value: Any) -> None:
    """Write a value as indented JSON, atomically. Raises OutputError."""
    write_whole(path, json.dumps(value, indent=2, ensure_ascii=False) + "\n")


@contextlib.contextmanager
def staged_folder(
    path: Path, *, force: bool = False, ours: Container[str] | None = None
) -> Iterator[Path]:
    """Yield an empty folder beside `path`, and rename it to `path` when the block has succeeded.

    Raises OutputError if `path` cannot be written, or exists and may not be replaced (see
    refuse_existing).
    """
    refuse_existing(path, force=force, ours=ours)
    with os_errors_as_output_error(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(dir=path.parent, prefix=f".{path.name}."))
    try:
        os.chmod(aside, 0o777 & ~_umask())
        yield aside
        with os_errors_as_output_error(path):
            for file in aside.rglob("*"):
                if file.is_file():
                    with file.open("rb") as opened:
                        os.fsync(opened.fileno())
            if force:
                replace_folder(aside, path)
            else:
                _put_new(aside, path)
    except BaseException:
        shutil.rmtree(aside, ignore_errors=True)
        raise


def replace_folder(new: Path, old: Path) -> None:
    """Rename `new` to `old`; what was at `old` is moved aside first and deleted last.

    If several processes do this at once, each folder appears whole, and the last one stays.
    """
    aside = Path(tempfile.mkdtemp(dir=old.parent, prefix=f".{old.name}.old."))
    try:
        for number in itertools.count():
            doomed = aside / str(number)
            with contextlib.suppress(FileNotFoundError):
                os.rename(old, doomed)
            try:
                os.rename(new, old)
                break
            except OSError as problem:
                # another process was faster; a third may have moved its folder aside already
                if problem.errno in {errno.ENOTEMPTY, errno.EEXIST} or os.path.lexists(old):
                    continue
                if os.path.lexists(doomed):
                    os.rename(doomed, old)
                raise
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    _sync_folder(old.parent)


def _put_new(new: Path, path: Path) -> None:
    """Rename `new` to the free place `path`. Raises OutputError if it has been taken since."""
    try:
        os.rename(new, path)
    except OSError:
        refuse_existing(path, force=False)
        raise
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """Make a rename survive a power cut; Windows has no such call and needs none."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _umask() -> int:
    """The mask of permissions of new files.

    `os.umask` tells it only by changing it, for all threads, so Linux's file is asked first.
    """
    with contextlib.suppress(OSError, AttributeError):
        status = Path("/proc/self/status").read_text()
        return int(re.search(r"^Umask:\s*([0-7]+)$", status, re.MULTILINE).group(1), 8)  # type: ignore[union-attr]
    mask = os.umask(0)
    os.umask(mask)
    return mask
