"""Pieces of a training that are carried out elsewhere: what whoever does so has to be able to do.

A piece is a function of a module, and arguments that can be pickled. It works in a run folder that
its process reaches too, and goes on from the checkpoint there; so it may be lost and begun again.
"""

from __future__ import annotations

import contextlib
import platform
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol

import torch

from tenfold import environment
from tenfold.digits import Digits
from tenfold.environment import package_versions
from tenfold.errors import DataError
from tenfold.recipes import Recipe
from tenfold.run_folder import RunFolder
from tenfold.training.loop.precision import FastSettings
from tenfold.training.loop.speed_trial import find_fast_settings

COMPUTING = ("tenfold", "numpy", "torch", "onnx", "onnxruntime")


class Tasks(Protocol):
    """Pieces under way: `at_once` of them, on `threads` threads each."""

    at_once: int
    threads: int

    def __len__(self) -> int:
        """How many are under way or wait."""

    def shared(self, value: Any) -> Any:
        """A value as an argument of many pieces."""

    def submit(self, name: str, function: Callable[..., Any], *arguments: Any) -> None:
        """Begin a piece. It is begun again where its process is lost."""

    def cancel(self, name: str) -> None:
        """End a piece at once."""

    def done(self) -> dict[str, Any]:
        """What pieces have returned since the last call, by name. Waits for a moment, and raises
        the errors of pieces."""


class Workers(Protocol):
    """Who carries pieces out."""

    def started(
        self, say: Callable[[str], object], *, threads: int, shared_bytes: int
    ) -> AbstractContextManager[Tasks]:
        """Ready during the block. At its end whatever is under way is ended."""


@dataclass(frozen=True)
class Begun:
    """Where pieces were begun: each computes what would be computed there."""

    packages: dict[str, str]
    processor: list[Any]
    faster: FastSettings
    threads: int

    @classmethod
    def here(cls, recipe: Recipe, rows: int, threads: int, say: Callable[[str], object]) -> Begun:
        before = torch.get_num_threads()
        torch.set_num_threads(threads)  # what is faster depends on them
        try:
            faster = find_fast_settings(recipe, rows, say)
        finally:
            torch.set_num_threads(before)
        return cls(_packages(), _processor(), faster, threads)

    def enter(self) -> FastSettings | None:
        """Have this process compute alike; what is faster, None where this is another processor.
        Raises UsageError for other versions."""
        environment.refuse_other_versions(self.packages, _packages(), "run")
        torch.set_num_threads(self.threads)
        return self.faster if self.processor == _processor() else None


@contextlib.contextmanager
def started(
    workers: Workers, recipe: Recipe, digits: Digits, say: Callable[[str], object]
) -> Iterator[tuple[Tasks, Begun, Any]]:
    """Workers that train by `recipe`, as this process would, during the block; where pieces are
    begun; and `digits` as an argument of pieces."""
    threads, size = torch.get_num_threads(), digits.images.nbytes
    with workers.started(say, threads=threads, shared_bytes=size) as tasks:
        begun = Begun.here(recipe, len(digits), tasks.threads, say)
        yield tasks, begun, tasks.shared(digits)


def refuse_unshared(run: RunFolder) -> None:
    """Raise DataError where the run folder is not reached from here."""
    if not run.recipe.exists():
        raise DataError(
            f"{run.path}: is not there on the node {platform.node()}",
            hint="put the output into a folder that all nodes share, such as on NFS",
        )


def _packages() -> dict[str, str]:
    """What can change a byte of a model."""
    return {name: version for name, version in package_versions().items() if name in COMPUTING}


def _processor() -> list[Any]:
    described = environment.describe()
    return [described["cpu"], described["cpu_flags"]]
