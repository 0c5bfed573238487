"""Who does the work, as `--on` names it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

from tenfold.environment import threads_available
from tenfold.errors import UsageError
from tenfold.scale.memory import MEMORY_MB
from tenfold.scale.runners.events import Runner
from tenfold.scale.runners.local import LocalRunner
from tenfold.scale.runners.on_ray import RayTasks
from tenfold.scale.runners.ray_connection import LOCAL, SCHEME

HERE = "local"


def runner_for(place: str, workers: int | None, memory_mb: int | None = None) -> Runner:
    """The runner that "local", "ray" or "ray://HOST:PORT" names; memory_mb: of all
    its processes, on this machine alone. Raises UsageError."""
    if place == HERE:
        return LocalRunner(workers or threads_available(), memory_mb or MEMORY_MB)
    if _is_ray(place):
        if memory_mb is not None:
            raise UsageError(
                "--memory is for --on local", hint="Ray bounds the memory of its own workers"
            )
        from tenfold.scale.runners.ray_shards import RayRunner

        return RayRunner(place, workers)
    raise _unknown(place)


def workers_for(place: str, workers: int | None) -> RayWorkers | None:
    """Who carries out pieces of a training; None is this process itself, one after another, on all
    cores. `workers` is how many at once. Raises UsageError."""
    if _is_ray(place):
        return RayWorkers(place, workers)
    if place != HERE:
        raise _unknown(place)
    if workers is not None:
        raise UsageError(
            "--workers is for --on ray",
            hint="leave it out: each training takes all cores of this machine",
        )
    return None


@dataclass(frozen=True)
class RayWorkers:
    """Ray, started when there is work; `place` and `workers` are those of `RayTasks`."""

    place: str
    workers: int | None

    def started(
        self, say: Callable[[str], object], *, threads: int, shared_bytes: int
    ) -> AbstractContextManager[RayTasks]:
        """Ray during the block. `threads` are those that a piece would have on this machine."""
        if self.place == LOCAL and self.workers:
            threads = max(1, threads // self.workers)
        return RayTasks(self.place, self.workers, say, threads=threads, shared_bytes=shared_bytes)


def _is_ray(place: str) -> bool:
    return place == LOCAL or place.startswith(SCHEME)


def _unknown(place: str) -> UsageError:
    return UsageError(f"--on {place}: is not known", hint="local, ray or ray://HOST:PORT")
