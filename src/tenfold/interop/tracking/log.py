"""What a tracker writes to, whichever library is behind it."""

from __future__ import annotations

import importlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from tenfold.errors import MissingExtraError

# read by the libraries when they are imported
QUIET = {
    "DO_NOT_TRACK": "1",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "WANDB_ERROR_REPORTING": "false",
    "WANDB_SILENT": "true",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "GRADIO_ANALYTICS_ENABLED": "False",
}


class Log(Protocol):
    """A log that is opened once the run folder is known, and closed when the run has ended."""

    def open(self, run: Path, recipe: Mapping[str, Any]) -> None: ...
    def scalars(self, values: Mapping[str, float], step: int) -> None: ...
    def text(self, name: str, text: str) -> None: ...
    def figure(self, name: str, picture: Path) -> None: ...
    def files(self, name: str, folder: Path) -> None: ...
    def close(self) -> None: ...


def import_quietly(module: str, package: str) -> Any:
    """Import a tracker's library with its telemetry off, also for what it starts.

    `package` is what to install. Raises MissingExtraError.
    """
    os.environ.update(QUIET)
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as missing:
        if missing.name != module.partition(".")[0]:
            raise
        if package == "tensorboardX":
            raise MissingExtraError("--track tensorboard", "track") from None
        error = MissingExtraError(f"tracking with {module}", "track")
        error.hint = f"pip install {package}"
        error.message = f"tracking with {module} needs the package {package}"
        raise error from None
