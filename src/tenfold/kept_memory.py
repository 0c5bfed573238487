"""Keeping the memory that a step frees in the process, for the next step.

glibc gives large blocks back to the system as soon as they are free, and the next step has each of
their pages faulted in and zeroed again: thousands of faults for a step of a training, four for a
row of a CSV, which take as long as reading it.
"""

from __future__ import annotations

import contextlib
import ctypes
import functools
import platform
import threading
from collections.abc import Iterator

# The parameters of mallopt(3), from malloc.h
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_MMAP_MAX = -1, -3, -4
NEVER = 2**31 - 1
# where glibc's own, growing thresholds end (DEFAULT_MMAP_THRESHOLD_MAX on 64 bits)
MMAP_THRESHOLD_MAX = 32 * 2**20
MMAP_MAX = 65536  # glibc's default

_lock = threading.Lock()
_inside = 0  # blocks under way, one within another or in several threads


@contextlib.contextmanager
def memory_kept() -> Iterator[None]:
    """Keep freed memory during the block, and give it back at the end of the outermost one. Only
    glibc does so."""
    libc = _glibc()
    if libc is None:
        yield
        return
    _enter(libc)
    try:
        yield
    finally:
        _leave(libc)


@functools.cache
def _glibc() -> ctypes.CDLL | None:
    return ctypes.CDLL(None) if platform.libc_ver()[0] == "glibc" else None


def _enter(libc: ctypes.CDLL) -> None:
    global _inside
    with _lock:
        _inside += 1
        if _inside == 1:
            libc.mallopt(M_MMAP_MAX, 0)
            libc.mallopt(M_TRIM_THRESHOLD, NEVER)


def _leave(libc: ctypes.CDLL) -> None:
    global _inside
    with _lock:
        _inside -= 1
        if not _inside:
            libc.mallopt(M_MMAP_MAX, MMAP_MAX)
            libc.mallopt(M_MMAP_THRESHOLD, MMAP_THRESHOLD_MAX)
            libc.mallopt(M_TRIM_THRESHOLD, 2 * MMAP_THRESHOLD_MAX)
            libc.malloc_trim(0)
