"""TensorBoard's event files, written by tensorboardX: no TensorBoard, no TensorFlow, no server."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from tenfold.interop.tracking.log import import_quietly


class TensorboardLog:
    """Files in `folder`, or in `tensorboard` of the run folder: tensorboard --logdir runs."""

    def __init__(self, folder: str | None) -> None:
        self._library = import_quietly("tensorboardX", "tensorboardX")
        self._folder = folder

    def open(self, run: Path, recipe: Mapping[str, Any]) -> None:
        folder = run / "tensorboard" if self._folder is None else Path(self._folder) / run.name
        self._writer = self._library.SummaryWriter(str(folder))
        self.text("recipe", f"```\n{json.dumps(dict(recipe), indent=1)}\n```")

    def scalars(self, values: Mapping[str, float], step: int) -> None:
        for name, value in values.items():
            self._writer.add_scalar(name, value, step)
        self._writer.flush()

    def text(self, name: str, text: str) -> None:
        self._writer.add_text(name, text, 0)

    def figure(self, name: str, picture: Path) -> None:
        with Image.open(picture) as opened:
            pixels = np.asarray(opened.convert("RGB"))
        self._writer.add_image(f"figures/{name}", pixels, 0, dataformats="HWC")

    def files(self, name: str, folder: Path) -> None:
        self.text(name, str(folder))  # event files hold no files: say where they lie

    def close(self) -> None:
        self._writer.close()
