"""A lock on a folder, so that one process at a time writes to it; and a watch on its removal.

The lock is the operating system's, on a hidden file in the folder. It is released when the process
ends, however it ends. A file that a kill -9 has left behind blocks nobody, and the next holder
removes it.
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
NO_LOCKS = (errno.ENOSYS, errno.ENOLCK, errno.EOPNOTSUPP)  # errors of file systems without locks


@contextlib.contextmanager
def locked(folder: Path, wait_seconds: float | None = None) -> Iterator[None]:
    """Hold the lock of an existing folder during the block, and leave no file behind.

    Raises OutputError with the process that holds it if that is another one, or another thread,
    after `wait_seconds`: a moment. On a file system without locks nobody is kept out.
    """
    import filelock  # comes with the train extra: without training no folder is locked

    file = folder / NAME
    timeout = WAIT_SECONDS if wait_seconds is None else wait_seconds
    lock = filelock.FileLock(file, timeout=timeout, fallback_to_soft=False)
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
        _write_signature(file)
        yield
    finally:
        # before the lock is released: a process that waits with the file open sees it was removed
        if _has_our_signature(file):
            file.unlink()
        lock.release()


@contextlib.contextmanager
def watched(folder: Path) -> Iterator[Callable[[], None]]:
    """Yield a function that raises OutputError if `folder` has been removed or replaced since.

    Without this check, writing would create the folder anew.
    """
    with contextlib.ExitStack() as stack:
        with os_errors_as_output_error(folder):
            before = os.stat(folder)
            if hasattr(os, "O_DIRECTORY"):  # kept open: no other folder gets its inode
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


def _write_signature(file: Path) -> None:
    with contextlib.suppress(OSError):  # on Windows a locked file can be neither written nor read
        file.write_text(_signature(), encoding="utf-8")


def _has_our_signature(file: Path) -> bool:
    """False if another process has replaced the folder during the block."""
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
