"""A tracker as a callback: epochs, figures and files of a run go into the log of a library."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tenfold.callbacks import Callback, Logs
from tenfold.errors import UsageError
from tenfold.interop.tracking.log import Log, failures_as_output_error
from tenfold.interop.tracking.mlflow_log import MlflowLog
from tenfold.interop.tracking.tensorboard_log import TensorboardLog
from tenfold.interop.tracking.trackio_log import TrackioLog
from tenfold.interop.tracking.wandb_log import WandbLog

if TYPE_CHECKING:
    from tenfold.evaluation.evaluation import Evaluation

TRACKERS: dict[str, Callable[[str | None], Log]] = {
    "tensorboard": TensorboardLog,
    "mlflow": MlflowLog,
    "trackio": TrackioLog,
    "wandb-offline": WandbLog,
}


def tracker(kind: str, *, to: str | os.PathLike[str] | None = None) -> Tracker:
    """A callback that logs a run: tenfold.run(data, callbacks=[tenfold.tracker("tensorboard")]).

    `kind` is one of TRACKERS. `to` is where it logs: a folder for tensorboard (by default
    `tensorboard` in the run folder) and wandb-offline (`wandb`), a tracking URI for mlflow (by
    default mlflow.db or mlruns), a Space for trackio (by default on this machine alone). Raises
    UsageError, and MissingExtraError where the library is not installed.
    """
    if kind not in TRACKERS:
        raise UsageError(f"unknown tracker '{kind}'", hint=f"one of {', '.join(TRACKERS)}")
    return Tracker(TRACKERS[kind](None if to is None else os.fspath(to)), kind)


class Tracker(Callback):
    """Logs epochs from 1, each fold of a cross-validation under its own name.

    Raises OutputError where the library fails; the run can then be resumed without it.
    """

    def __init__(self, log: Log, name: str = "the tracker") -> None:
        self._log = log
        self._name = name
        self._opened = False
        self._prefix = ""

    def set_params(self, params: Mapping[str, Any]) -> None:
        folder = Path(params.get("run", "run"))
        is_fold = folder.parent.name == "folds"
        self._prefix = f"fold_{folder.name}/" if is_fold else ""
        if not self._opened:
            run = folder.parent.parent if is_fold else folder
            with failures_as_output_error(self._name):
                self._log.open(run, params.get("recipe", {}))
            self._opened = True

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        values = {f"{self._prefix}{name}": value for name, value in (logs or {}).items()}
        with failures_as_output_error(self._name):
            self._log.scalars(values, epoch + 1)

    def on_run_end(self, result: Any) -> None:
        """Log the figures of the report, its pictures, and the model; and close the log."""
        with failures_as_output_error(self._name):
            self._log_result(result)

    def _log_result(self, result: Any) -> None:
        if not self._opened:
            self._log.open(Path(result.folder), {})
        for part, evaluation in (("validation", result.evaluation), ("test", result.test)):
            if evaluation is not None:
                self._log.scalars(_figures(part, evaluation), 0)
                self._log.text(f"{part}_summary", evaluation.summary())
        report = Path(result.folder) / "report"
        for picture in sorted((report / "figures").glob("*.png")):
            self._log.figure(picture.stem, picture)
        if report.is_dir():
            self._log.files("report", report)
        if result.model is not None:
            self._log.files("model", Path(result.model))
            self._log.text("model_card", (Path(result.model) / "README.md").read_text("utf-8"))
        self._log.close()
        self._opened = False


def _figures(part: str, evaluation: Evaluation) -> dict[str, float]:
    low, high = evaluation.accuracy.interval
    return {
        f"{part}/accuracy": evaluation.accuracy.value,
        f"{part}/accuracy_95_low": low,
        f"{part}/accuracy_95_high": high,
        f"{part}/n": float(len(evaluation)),
        f"{part}/ece": float(evaluation.calibration.ece),
        f"{part}/reject_threshold": float(evaluation.reject_threshold),
    }
