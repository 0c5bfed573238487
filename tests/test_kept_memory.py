"""What was kept of freed memory is given back in the end.

That it is kept shows in page faults, which depend on how the process' heaps happen to lie:
docs/LOG.md has the measurement.
"""

from __future__ import annotations

import os
import platform
from pathlib import Path

import numpy as np
import pytest

from tenfold import kept_memory
from tenfold.kept_memory import memory_kept

BLOCK_MB, BLOCKS = 6, 24  # as large as a layer's activations


def resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="without glibc nothing is done")
def test_memory_is_given_back_at_the_end() -> None:
    with memory_kept():
        kept = [np.ones(BLOCK_MB * 2**20, np.uint8) for _ in range(BLOCKS)]
        highest = resident_mb()
        kept.clear()
    assert resident_mb() < highest - BLOCK_MB * BLOCKS / 2


class CountedCalls:
    """A libc that counts how often memory was given back."""

    def __init__(self) -> None:
        self.trims = 0

    def mallopt(self, parameter: int, value: int) -> None:
        pass

    def malloc_trim(self, left: int) -> None:
        self.trims += 1


def test_an_inner_block_gives_nothing_back(monkeypatch: pytest.MonkeyPatch) -> None:
    libc = CountedCalls()
    monkeypatch.setattr(kept_memory, "_glibc", lambda: libc)
    with memory_kept():
        with memory_kept():
            pass
        assert libc.trims == 0
    assert libc.trims == 1
