"""Which runner `--on` names."""

from __future__ import annotations

from tenfold.environment import threads_available
from tenfold.errors import UsageError
from tenfold.scale.memory import MEMORY_MB
from tenfold.scale.runners.events import Runner
from tenfold.scale.runners.local import LocalRunner

HERE = "local"


def runner_for(place: str, workers: int | None, memory_mb: int | None = None) -> Runner:
    """The runner that "local", "ray" or "ray://HOST:PORT" names; memory_mb: of all
    its processes, on this machine alone. Raises UsageError."""
    if place == HERE:
        return LocalRunner(workers or threads_available(), memory_mb or MEMORY_MB)
    if place == "ray" or place.startswith("ray://"):
        if memory_mb is not None:
            raise UsageError(
                "--memory is for --on local", hint="Ray bounds the memory of its own workers"
            )
        from tenfold.scale.runners.on_ray import RayRunner

        return RayRunner(place, workers)
    raise UsageError(f"--on {place}: is not known", hint="local, ray or ray://HOST:PORT")
