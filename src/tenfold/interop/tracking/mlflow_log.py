"""MLflow's tracking, on this machine or at the URI that the user names."""

from __future__ import annotations

import os
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from tenfold.interop.tracking.log import import_quietly

PROJECT = "tenfold"


class MlflowLog:
    """A run of the experiment "tenfold", by a client of its own: no global state is changed.

    Without an address the runs lie in the working folder, whatever MLFLOW_TRACKING_URI may say: in
    mlflow.db, where `mlflow ui` looks, or in mlruns where only mlflow-skinny is installed, which
    has no data base.
    """

    def __init__(self, uri: str | None) -> None:
        has_database = find_spec("sqlalchemy") is not None
        if uri is None and not has_database:
            os.environ["MLFLOW_ALLOW_FILE_STORE"] = "true"
        self._library = import_quietly("mlflow", "mlflow-skinny")
        local = "sqlite:///mlflow.db" if has_database else Path("mlruns").resolve().as_uri()
        self._uri = local if uri is None else uri

    def open(self, run: Path, recipe: Mapping[str, Any]) -> None:
        self._client = self._library.MlflowClient(tracking_uri=self._uri)
        experiment = self._client.get_experiment_by_name(PROJECT)
        id_ = self._client.create_experiment(PROJECT) if experiment is None else None
        opened = self._client.create_run(
            id_ or experiment.experiment_id, run_name=run.name, tags={"tenfold.run": str(run)}
        )
        self._run = opened.info.run_id
        for name, value in recipe.items():
            self._client.log_param(self._run, name, value)

    def scalars(self, values: Mapping[str, float], step: int) -> None:
        for name, value in values.items():
            self._client.log_metric(self._run, name, value, step=step)

    def text(self, name: str, text: str) -> None:
        self._client.log_text(self._run, text, f"{name}.md")

    def figure(self, name: str, picture: Path) -> None:
        self._client.log_artifact(self._run, str(picture), "figures")

    def files(self, name: str, folder: Path) -> None:
        self._client.log_artifacts(self._run, str(folder), name)

    def close(self) -> None:
        self._client.set_terminated(self._run)
