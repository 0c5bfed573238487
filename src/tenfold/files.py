"""Files that appear whole or not at all, and hashes of the ones we read.

Every write goes aside, is flushed to the disk and then renamed, so that a crash, a full disk or a
kill -9 leaves either the old content or the new one, never half of either.
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
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def natural_order(path: str) -> tuple[Any, ...]:
    """A key to sort paths by, folder by folder, with numbers in the order of their values: 2 before
    10."""
    parts = path.replace(os.sep, "/").split("/")
    pieces = [re.split(r"([0-9]+)", part) for part in parts]
    # odd pieces are the numbers; 7 and 007 are the same number, and the text decides
    values = [[int(p) if i % 2 else p for i, p in enumerate(part)] for part in pieces]
    return values, path


def refuse_existing(path: str | Path, *, force: bool, ours: Container[str] | None = None) -> None:
    """Raise OutputError if something is there already and nobody said that it may go.

    With `force` it may, but of a folder only if all its entries have names in `ours`: a folder of
    somebody's work that happens to have the name is never replaced.
    """
    if not os.path.lexists(path):
        return
    held = None if ours is None else _not_ours(path, ours)
    if not force:
        replaced = ", or replace it with --force" if held is None else ""
        raise OutputError(f"{path}: exists already", hint=f"choose another place{replaced}")
    if held is not None:
        raise OutputError(
            f"{path}: --force replaces only what tenfold has written{held}",
            hint="choose another place",
        )


def _not_ours(path: str | Path, ours: Container[str]) -> str | None:
    """What speaks against replacing a folder, in brackets where it has a name; None if nothing."""
    with os_errors_as_output_error(path):
        real = os.path.isdir(path) and not os.path.islink(path)
        # hidden entries are files that a kill -9 left half-written
        names = os.listdir(path) if real else []
    foreign = [name for name in names if name not in ours and not name.startswith(".")]
    if foreign:
        return f" (it holds {foreign[0]})"
    if not real or os.path.realpath(path) == os.path.realpath(os.curdir):
        return ""
    return None


@contextlib.contextmanager
def os_errors_as_output_error(path: str | Path) -> Iterator[None]:
    """Turn what the operating system says about writing to `path` into an OutputError."""
    try:
        yield
    except TenfoldError:  # some are OSErrors too, and say what they are already
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
    """Put `content` (or what a function writes) at `path`, replacing what was there, atomically.

    Raises OutputError; `path` then still holds what it held before.
    """
    if isinstance(content, str):
        content = encoded(content)
    with os_errors_as_output_error(path):
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
        if path.exists() and not path.is_file():
            raise OutputError(f"{path}: is not a file", hint="use - for standard output")
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, aside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(descriptor, "wb") as file:
                if callable(content):
                    content(file)
                else:
                    file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.chmod(aside, 0o666 & ~_umask())  # mkstemp makes files that only the owner can read
            os.replace(aside, path)
        except BaseException:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(aside)
            raise
    _sync_folder(path.parent)


def encoded(text: str) -> bytes:
    """UTF-8; file names that are no valid UTF-8 show their bytes."""
    return text.encode(errors="backslashreplace")


def write_json(path: Path, value: Any) -> None:
    write_whole(path, json.dumps(value, indent=2, ensure_ascii=False) + "\n")


@contextlib.contextmanager
def staged_folder(
    path: Path, *, force: bool = False, ours: Container[str] | None = None
) -> Iterator[Path]:
    """Yield an empty folder beside `path`; rename it to `path` if the block ends well.

    Raises OutputError when `path` exists (unless `force`, and then as refuse_existing does) or
    cannot be written.
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
    """Rename `new` to `old`; whatever was at `old` is moved aside first and deleted last.

    Of several processes that do this at once, each puts its folder there whole, and the last stays.
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
            except OSError:
                if os.path.lexists(old):  # another process was faster
                    continue
                if os.path.lexists(doomed):
                    os.rename(doomed, old)
                raise
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    _sync_folder(old.parent)


def _put_new(new: Path, path: Path) -> None:
    """Rename `new` to `path`, where nothing was. Raises OutputError if there is by now."""
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
    mask = os.umask(0)
    os.umask(mask)
    return mask
