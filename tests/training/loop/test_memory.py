"""What training kept of freed memory is given back when it has ended. That it is kept shows in page
faults, which depend on how the process' heaps happen to lie: docs/LOG.md has the measurement."""

from __future__ import annotations

import os
import platform
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")
pytestmark = [
    pytest.mark.train,
    pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="without glibc nothing is done"),
]

from tenfold.training.loop.memory import memory_kept  # noqa: E402

BLOCK_MB, BLOCKS = 6, 24  # as large as a layer's activations


def resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def test_memory_is_given_back_at_the_end() -> None:
    with memory_kept():
        kept = [torch.ones(BLOCK_MB * 2**20, dtype=torch.uint8) for _ in range(BLOCKS)]
        highest = resident_mb()
        kept.clear()
    assert resident_mb() < highest - BLOCK_MB * BLOCKS / 2
