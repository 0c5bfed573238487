"""What a worker of Ray does: a function in the folder that the job was begun in."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable
from typing import Any

from tenfold.errors import DataError
from tenfold.scale.runners.error_json import error_to_json


def carry_out(here: str, function: Callable[..., Any], *arguments: Any) -> dict[str, Any]:
    """What the function returns, or the error that it raises. `here` is the folder that the job was
    begun in, on storage that all nodes share."""
    try:
        _enter(here)
        return {"done": function(*arguments)}
    except Exception as problem:  # whatever it is, the driver tells it
        return error_to_json(problem)


def _enter(here: str) -> None:
    """Work in the folder that the job was begun in. Raises DataError where it is not there."""
    try:
        os.chdir(here)
    except OSError as problem:
        raise DataError(
            f"{here}: is not there on the node {platform.node()}: {problem.strerror}",
            hint="work in a folder that all nodes share, such as on NFS",
        ) from problem
