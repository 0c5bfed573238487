"""Work of Ray's tasks that is lost once, in the middle of writing a file."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tenfold.scale.runners.on_ray import RayTasks


def lose_once(patch: pytest.MonkeyPatch, flag: Path, name: str) -> None:
    """From now on, the first process that is about to put a file of that name in its place kills
    itself, and leaves `flag`."""
    submit = RayTasks.submit

    def submit_lost(tasks: Any, task: str, function: Any, *arguments: Any) -> None:
        submit(tasks, task, lost_once, str(flag), name, function, *arguments)

    patch.setattr(RayTasks, "submit", submit_lost)


def lost_once(flag: str, name: str, function: Callable[..., Any], *arguments: Any) -> Any:
    replace = os.replace

    def kill(source: str, target: Path) -> None:
        if Path(target).name == name and not Path(flag).exists():
            Path(flag).touch()
            os.kill(os.getpid(), signal.SIGKILL)
        replace(source, target)

    os.replace = kill  # type: ignore[assignment]
    try:
        return function(*arguments)
    finally:
        os.replace = replace


def killed() -> None:
    os.kill(os.getpid(), signal.SIGKILL)
