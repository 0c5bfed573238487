"""Which runner `--on` names."""

from __future__ import annotations

from tenfold.environment import threads_available
from tenfold.errors import UsageError
from tenfold.scale.runners.events import Runner
from tenfold.scale.runners.local import LocalRunner

HERE = "local"


def runner_for(place: str, workers: int | None) -> Runner:
    """The runner that "local", "ray" or "ray://HOST:PORT" names. Raises UsageError."""
    if place == HERE:
        return LocalRunner(workers or threads_available())
    if place == "ray" or place.startswith("ray://"):
        from tenfold.scale.runners.on_ray import RayRunner

        return RayRunner(place, workers)
    raise UsageError(f"--on {place}: is not known", hint="local, ray or ray://HOST:PORT")
