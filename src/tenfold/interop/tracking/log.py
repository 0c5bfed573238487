"""What a tracker writes to, whichever library is behind it."""

from __future__ import annotations

import contextlib
import importlib
import io
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol

from tenfold.errors import MissingExtraError, OutputError, TenfoldError

# read by the libraries when they are imported
QUIET = {
    "DO_NOT_TRACK": "1",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_LOGGING_LEVEL": "WARNING",  # or it tells of each table that it creates
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "2",  # by default it tries for four minutes
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


@contextlib.contextmanager
def failures_as_output_error(name: str) -> Iterator[None]:
    """Turn whatever a tracker's library raises into an OutputError, and drop what it prints on
    standard output, where answers go."""
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            yield
    except TenfoldError:
        raise
    except Exception as problem:  # each library has errors of its own
        words = " ".join(str(problem).split())[:300]
        raise OutputError(
            f"{name} cannot log: {type(problem).__name__}: {words}",
            hint="check the place of --track-to, or leave --track out",
        ) from problem


def import_quietly(module: str, package: str) -> Any:
    """Import a tracker's library with its telemetry off, also for what it starts.

    `package` is what to install. Raises MissingExtraError, also for a version that cannot be
    imported beside what else is installed.
    """
    os.environ.update(QUIET)
    try:
        return importlib.import_module(module)
    except ImportError as problem:
        if package == "tensorboardX" and problem.name == module:
            raise MissingExtraError("--track tensorboard", "track") from None
        error = MissingExtraError(f"tracking with {module}", "track")
        error.hint = f"pip install --upgrade {package}"
        error.message = f"tracking with {module} needs the package {package}"
        if problem.name != module.partition(".")[0]:
            error.message = f"{module} cannot be imported: {problem}"
        error.args = (error.message,)
        raise error from problem
