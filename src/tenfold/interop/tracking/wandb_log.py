"""Weights & Biases, offline: files in a folder, which `wandb sync` sends when somebody types it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tenfold.interop.tracking.log import import_quietly

PROJECT = "tenfold"


class WandbLog:
    """An offline run of the project "tenfold" in `folder`/wandb, by default the working folder."""

    def __init__(self, folder: str | None) -> None:
        self._library = import_quietly("wandb", "wandb")
        self._folder = folder

    def open(self, run: Path, recipe: Mapping[str, Any]) -> None:
        if self._folder is not None:
            Path(self._folder).mkdir(parents=True, exist_ok=True)
        settings = self._library.Settings(
            console="off", disable_git=True, save_code=False, x_disable_stats=True
        )
        self._run = self._library.init(
            project=PROJECT,
            name=run.name,
            dir=self._folder,
            mode="offline",
            config=dict(recipe),
            settings=settings,
        )

    def scalars(self, values: Mapping[str, float], step: int) -> None:
        epoch = {"epoch": step} if step else {}
        self._run.log({**values, **epoch})

    def text(self, name: str, text: str) -> None:
        self._run.summary[name] = text

    def figure(self, name: str, picture: Path) -> None:
        self._run.log({f"figures/{name}": self._library.Image(str(picture))})

    def files(self, name: str, folder: Path) -> None:
        artifact = self._library.Artifact(f"{self._run.id}-{name}", type=name)
        artifact.add_dir(str(folder))
        self._run.log_artifact(artifact)

    def close(self) -> None:
        self._run.finish()
