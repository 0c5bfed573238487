from __future__ import annotations

import pytest

from tenfold.errors import UsageError
from tenfold.scale.runners.choice import RayWorkers, runner_for, workers_for
from tenfold.scale.runners.local import LocalRunner


@pytest.mark.parametrize("workers", [None, 3])
def test_this_machine_is_a_runner(workers: int | None) -> None:
    assert isinstance(runner_for("local", workers), LocalRunner)


def test_ray_bounds_its_own_memory() -> None:
    with pytest.raises(UsageError, match="--memory is for --on local"):
        runner_for("ray", None, 1000)


@pytest.mark.parametrize("place", ["", "slurm", "ray:/x"])
def test_another_place_is_not_known(place: str) -> None:
    with pytest.raises(UsageError, match=f"--on {place}: is not known"):
        runner_for(place, None)


def test_trainings_are_done_here_one_after_another_unless_ray_is_named() -> None:
    assert workers_for("local", None) is None
    assert workers_for("ray://head", 3) == RayWorkers("ray://head", 3)
    with pytest.raises(UsageError, match="--workers is for --on ray"):
        workers_for("local", 2)
    with pytest.raises(UsageError, match="--on mars: is not known"):
        workers_for("mars", None)
