"""trackio: a data base on this machine, or a Space that the user names."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tenfold.interop.tracking.log import import_quietly

PROJECT = "tenfold"


class TrackioLog:
    """A run of the project "tenfold"; `trackio show` shows it."""

    def __init__(self, space: str | None) -> None:
        self._library = import_quietly("trackio", "trackio")
        self._space = space

    def open(self, run: Path, recipe: Mapping[str, Any]) -> None:
        self._library.init(
            project=PROJECT,
            name=run.name,
            config=dict(recipe),
            space_id=self._space,
            auto_log_cpu=False,  # the load of the machine is nobody's question
            auto_log_gpu=False,
        )

    def scalars(self, values: Mapping[str, float], step: int) -> None:
        self._library.log(dict(values), step=step)

    def text(self, name: str, text: str) -> None:
        self._library.log({name: text})

    def figure(self, name: str, picture: Path) -> None:
        self._library.log({f"figures/{name}": self._library.Image(str(picture))})

    def files(self, name: str, folder: Path) -> None:
        self.text(name, str(folder))  # its files go to a Space alone: say where they lie

    def close(self) -> None:
        self._library.finish()
