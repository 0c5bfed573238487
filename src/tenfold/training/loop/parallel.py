"""A map over the tasks of a training step: a plain loop, or several at once in threads."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import torch

ParallelMap = Callable[[Callable[[Any], Any], Iterable[Any]], list[Any]]


@dataclass(frozen=True, order=True)
class Parallelism:
    """How a step uses the processor: `count` tasks at once, each on `threads` of torch's threads. A
    count of 1 is a plain loop."""

    count: int
    threads: int


def sequential_map(function: Callable[[Any], Any], arguments: Iterable[Any]) -> list[Any]:
    """A plain loop, for a single thread."""
    return [function(argument) for argument in arguments]


@contextlib.contextmanager
def mapped(parallelism: Parallelism) -> Iterator[ParallelMap]:
    """A map that does so many tasks at once. Several small tasks side by side mostly waste fewer
    cycles than one after the other on all threads."""
    if parallelism.count == 1:
        yield sequential_map
        return
    with ThreadPoolExecutor(
        parallelism.count, "training", _prepare, (parallelism.threads,)
    ) as pool:
        yield lambda function, arguments: list(pool.map(function, arguments))


@contextlib.contextmanager
def single_threaded(enabled: bool) -> Iterator[None]:
    """Run the caller's own operations on one thread while the parallel map works.

    Further threads would spin while they wait for the caller's next operation, on the cores that
    the map needs: a third of a step's time.
    """
    threads = torch.get_num_threads()
    torch.set_num_threads(1 if enabled else threads)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


def _prepare(threads: int) -> None:
    torch.set_num_threads(threads)
    torch.set_flush_denormal(True)  # both hold for the calling thread, which ends with the pool
