"""One process at a time in a folder: a lock of the operating system on a hidden file in it. And a
folder that is removed meanwhile.

The system lets go of it when the process ends, however it ends; a file that a kill -9 has left
behind holds nobody up, and goes with the next holder.
"""

from __future__ import annotations

import contextlib
import errno
import os
import platform
from collections.abc import Callable, Iterator
from pathlib import Path

from tenfold.console import printable_line
from tenfold.errors import OutputError
from tenfold.files import os_errors_as_output_error

NAME = ".lock"
WAIT_SECONDS = 0.5  # longer than a holder that ends takes from removing the file to letting go
NO_LOCKS = (errno.ENOSYS, errno.ENOLCK, errno.EOPNOTSUPP)  # what file systems without them say


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold `folder`, which is there, for the time of the block, and leave nothing in it.

    Raises OutputError that names the process if another one holds it, or another thread. On a file
    system that has no locks nobody is kept out.
    """
    import filelock  # comes with the train extra, and who does not train has no need of it

    file = folder / NAME
    lock = filelock.FileLock(file, timeout=WAIT_SECONDS, fallback_to_soft=False)
    with os_errors_as_output_error(folder):
        try:
            lock.acquire()
        except filelock.Timeout:
            raise OutputError(
                f"{folder}: in use by {_holder(file)}",
                hint="wait until that has ended, or choose another place",
            ) from None
        except OSError as problem:
            if problem.errno not in NO_LOCKS:
                raise
    try:
        _sign(file)
        yield
    finally:
        # before the lock is let go: who has opened the file meanwhile finds that it was removed
        if _is_ours(file):
            file.unlink()
        lock.release()


@contextlib.contextmanager
def watched(folder: Path) -> Iterator[Callable[[], None]]:
    """Yield a function that raises OutputError if `folder` has been removed since, whether or not
    there is another in its place: without asking, writing would make it anew."""
    with contextlib.ExitStack() as stack:
        with os_errors_as_output_error(folder):
            before = os.stat(folder)
            if hasattr(os, "O_DIRECTORY"):  # open, so that no other folder gets its number
                stack.callback(os.close, os.open(folder, os.O_RDONLY | os.O_DIRECTORY))

        def refuse_removed() -> None:
            with contextlib.suppress(OSError):
                if os.path.samestat(before, os.stat(folder)):
                    return
            raise OutputError(
                f"{folder}: the run folder was removed while the run was writing to it",
                hint="start the run again",
            )

        yield refuse_removed


def _sign(file: Path) -> None:
    with contextlib.suppress(OSError):  # Windows lets nobody write or read what is locked
        file.write_text(_signature(), encoding="utf-8")


def _is_ours(file: Path) -> bool:
    """Not where the folder was removed, and begun anew by another process, during the block."""
    with contextlib.suppress(OSError, ValueError):
        return file.read_text(encoding="utf-8") == _signature()
    return False


def _signature() -> str:
    return f"process {os.getpid()} on {platform.node()}\n"


def _holder(file: Path) -> str:
    with contextlib.suppress(OSError, ValueError):
        if written := file.read_text(encoding="utf-8").strip():
            return printable_line(written[:80])
    return "another process"
