"""Keeping the memory that a step frees in the process, for the next step.

glibc gives large blocks back to the system as soon as they are free, and the next step has each of
their pages faulted in and zeroed again: thousands of faults a step.
"""

from __future__ import annotations

import contextlib
import ctypes
import platform
from collections.abc import Iterator

# The parameters of mallopt(3), from malloc.h
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_MMAP_MAX = -1, -3, -4
NEVER = 2**31 - 1
# where glibc's own, growing thresholds end (DEFAULT_MMAP_THRESHOLD_MAX on 64 bits)
MMAP_THRESHOLD_MAX = 32 * 2**20
MMAP_MAX = 65536  # glibc's default


@contextlib.contextmanager
def memory_kept() -> Iterator[None]:
    """Keep freed memory during the block, and give it back at its end. Only glibc does so."""
    libc = ctypes.CDLL(None) if platform.libc_ver()[0] == "glibc" else None
    if libc is None:
        yield
        return
    libc.mallopt(M_MMAP_MAX, 0)
    libc.mallopt(M_TRIM_THRESHOLD, NEVER)
    try:
        yield
    finally:
        libc.mallopt(M_MMAP_MAX, MMAP_MAX)
        libc.mallopt(M_MMAP_THRESHOLD, MMAP_THRESHOLD_MAX)
        libc.mallopt(M_TRIM_THRESHOLD, 2 * MMAP_THRESHOLD_MAX)
        libc.malloc_trim(0)
