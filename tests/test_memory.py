"""What a step frees is kept for the next one, and given back when training has ended."""

from __future__ import annotations

import platform
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

resource = pytest.importorskip("resource")
torch = pytest.importorskip("torch")
pytestmark = [
    pytest.mark.train,
    pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="without glibc nothing is done"),
]

from tenfold.training.memory import memory_kept  # noqa: E402

BLOCK_MB, ROUNDS = 96, 5


def faults() -> int:
    """Page faults of allocating, writing and freeing a block a few times."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(ROUNDS):
        torch.ones(BLOCK_MB * 2**20, dtype=torch.uint8)
    return int(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)


def resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


def test_a_freed_block_is_used_again_without_page_faults() -> None:
    given_back = faults()
    with memory_kept():
        faults()
        assert faults() < given_back / ROUNDS / 2
        with ThreadPoolExecutor(1) as pool:
            lane = pool.submit(lambda: [small_faults() for _ in range(2)]).result()
    assert lane[1] < 100


def small_faults() -> int:
    """The same with blocks as large as a layer's activations, which threads have heaps for."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(100):
        torch.ones(2 * 2**20, dtype=torch.uint8)
    return int(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)


def test_memory_is_given_back_at_the_end() -> None:
    with memory_kept():
        kept = [torch.ones(BLOCK_MB * 2**20, dtype=torch.uint8) for _ in range(2)]
        highest = resident_mb()
        kept.clear()
    assert resident_mb() < highest - BLOCK_MB
