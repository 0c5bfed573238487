"""Pieces of a training that other processes carry out: what these processes have to provide.

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
class ComputeSettings:
    """What decides the bytes of a training: versions, processor, settings and threads of the
    process that hands out the pieces. Each piece computes what that process would."""

    packages: dict[str, str]
    processor: list[Any]
    faster: FastSettings
    threads: int

    @classmethod
    def of_this_process(
        cls, recipe: Recipe, rows: int, threads: int, say: Callable[[str], object]
    ) -> ComputeSettings:
        """Describe this process, and find the settings that are fastest on so many threads."""
        before = torch.get_num_threads()
        torch.set_num_threads(threads)  # what is faster depends on them
        try:
            faster = find_fast_settings(recipe, rows, say)
        finally:
            torch.set_num_threads(before)
        return cls(_packages(), _processor(), faster, threads)

    def apply(self) -> FastSettings | None:
        """Let this process compute alike. Returns the settings to train with; None where this is
        another processor. Raises UsageError for other versions."""
        environment.refuse_other_versions(self.packages, _packages(), "run")
        torch.set_num_threads(self.threads)
        return self.faster if self.processor == _processor() else None


@contextlib.contextmanager
def started(
    workers: Workers, recipe: Recipe, digits: Digits, say: Callable[[str], object]
) -> Iterator[tuple[Tasks, ComputeSettings, Any]]:
    """During the block, tasks that train by `recipe` as this process would, the settings that they
    apply, and `digits` as an argument of theirs."""
    threads, size = torch.get_num_threads(), digits.images.nbytes
    with workers.started(say, threads=threads, shared_bytes=size) as tasks:
        settings = ComputeSettings.of_this_process(recipe, len(digits), tasks.threads, say)
        yield tasks, settings, tasks.shared(digits)


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
