"""A new folder for a run or a search: created or emptied, filled, and locked."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Callable, Collection, Iterable, Iterator
from pathlib import Path

from tenfold.files.locks import NAME, locked
from tenfold.files.writing import os_errors_as_output_error, refuse_existing


@contextlib.contextmanager
def new_folder(
    path: Path,
    fill: Callable[[], None],
    *,
    ours: Collection[str],
    force: bool,
    inner: Iterable[Path] = (),
) -> Iterator[None]:
    """Create a folder, `fill` it, and hold its lock during the block.

    With `force`, an old folder that holds nothing but entries called as in `ours` is emptied first,
    unless another process has locked it or one of the folders `inner`. Raises OutputError; nothing
    is left of a folder that could not be filled.
    """
    refuse_existing(path, force=force, ours=ours)
    with os_errors_as_output_error(path):
        path.mkdir(parents=True, exist_ok=force)
    with locked(path):
        for folder in inner:
            with locked(folder):  # refused where another process works there
                pass
        _empty(path)
        try:
            fill()
        except BaseException:
            shutil.rmtree(path, ignore_errors=True)
            raise
        yield


def _empty(path: Path) -> None:
    """Remove all entries but the lock, which is held and stays for other processes to find."""
    with os_errors_as_output_error(path):
        for entry in os.scandir(path):
            if entry.is_dir(follow_symlinks=False):
                shutil.rmtree(entry)
            elif entry.name != NAME:
                os.unlink(entry)
