"""Tiles in, probabilities out. The only module that imports an inference runtime."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import onnxruntime

from tenfold.digits import CLASSES, SIDE, Images, Labels
from tenfold.errors import DataError, ModelError
from tenfold.model_folder import FACTS, ModelFolder, open_model
from tenfold.run_folder import RunFolder

BATCH = 512  # tiles a call of the runtime: bounds the memory, and larger is no faster

WEIGHTS = Path(__file__).parent / "weights"
READY_MADE = ("rows", "ink")

Probabilities = npt.NDArray[np.float32]  # [n, 10]


class Outputs(NamedTuple):
    """What the model says of n tiles. `is_digit` float32 [n] is the probability that a tile shows
    one digit: constant 1 from a model that was not trained to tell."""

    probabilities: Probabilities
    is_digit: npt.NDArray[np.float32]

    @classmethod
    def join(cls, parts: Sequence[Outputs]) -> Outputs:
        """Of several batches, one after another."""
        if not parts:
            return cls(np.empty((0, CLASSES), np.float32), np.empty(0, np.float32))
        return cls(*map(np.concatenate, zip(*parts, strict=True)))

    def of(self, rows: slice) -> Outputs:
        """Of some of the tiles."""
        return Outputs(self.probabilities[rows], self.is_digit[rows])


def find_model(typed: str | os.PathLike[str]) -> ModelFolder:
    """A model by folder, by the run that made it, or by the name of one that ships.

    Raises ModelError.
    """
    name = os.fspath(typed)
    run = RunFolder(Path(name))  # os.path, unlike pathlib, never raises on a strange path
    if os.path.exists(run.path / FACTS):
        return open_model(name)
    if os.path.isdir(run.model):
        return open_model(os.path.join(name, run.model.name))
    if name in READY_MADE and not os.path.exists(run.path):
        return _ready_made(name)
    if os.path.isfile(run.recipe):
        raise ModelError(
            f"{name}: this run has no model yet", hint=f"finish it: tenfold train --resume {name}"
        )
    return open_model(name)


def _ready_made(name: str) -> ModelFolder:
    if not (WEIGHTS / name).is_dir():
        raise ModelError(
            f"{name}: does not ship with this version",
            hint="take the ready-made 'rows', or a run of your own",
        )
    return open_model(WEIGHTS / name)


class Classifier:
    """A verified model, ready to read tiles. Stateless, and safe to call from several threads."""

    def __init__(self, model: ModelFolder, *, threads: int | None = None) -> None:
        """`threads` for one call; None leaves it to the runtime (all cores)."""
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3  # errors only; they come as exceptions anyway
        if threads is not None:
            options.intra_op_num_threads = threads
        self.model = model
        try:
            self._session = onnxruntime.InferenceSession(
                model.graph, options, providers=["CPUExecutionProvider"]
            )
        except Exception as problem:  # onnxruntime's exceptions share no base class
            raise ModelError(
                f"{model.path}: onnxruntime refuses the graph: {problem}",
                hint="upgrade onnxruntime, or export the model again",
            ) from problem
        inputs = [(value.name, value.type) for value in self._session.get_inputs()]
        outputs = {value.name for value in self._session.get_outputs()}
        if inputs != [("images", "tensor(uint8)")] or not {"probabilities", "is_digit"} <= outputs:
            raise ModelError(
                f"{model.path}: the graph has other inputs or outputs than a tenfold model",
                hint="give a model folder that tenfold has written",
            )

    @classmethod
    def load(
        cls, model: str | os.PathLike[str] = "rows", *, threads: int | None = None
    ) -> Classifier:
        """By folder, run or name ("rows", "ink"). Raises ModelError."""
        return cls(find_model(model), threads=threads)

    def probabilities(self, images: Images) -> Probabilities:
        """float32 [n, 10] for tiles uint8 [n, 28, 28]; rows sum to 1. Raises DataError."""
        return self.outputs(images).probabilities

    def outputs(self, images: Images) -> Outputs:
        """The same, and with it whether each tile shows a digit at all. Raises DataError."""
        return Outputs.join(list(self.batches(images)))

    def batches(self, images: Images) -> Iterator[Outputs]:
        """The same, batch by batch, for progress and for streams."""
        if images.dtype != np.uint8 or images.shape[1:] != (SIDE, SIDE):
            raise DataError(
                f"images are {images.dtype} {list(images.shape)}, expected uint8 [n, 28, 28]",
                hint="frame them first: ink bright on 0, 20 x 20 in 28 x 28",
            )
        for start in range(0, len(images), BATCH):
            batch = images[start : start + BATCH]
            yield Outputs(*self._session.run(list(Outputs._fields), {"images": batch}))

    def predict(self, images: Images) -> Labels:
        """The likeliest digit of each tile, int64 [n]."""
        return self.probabilities(images).argmax(axis=1)
