"""The classifier, and the search for its model."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from tenfold.classifier.engine_choice import choose
from tenfold.classifier.engines import Engine, open_graph
from tenfold.classifier.outputs import Outputs, Probabilities
from tenfold.digits import Labels, tiles_from
from tenfold.environment import threads_available
from tenfold.errors import ModelError
from tenfold.model_folder import ModelFolder, open_model
from tenfold.model_folder.stored_files import FACTS
from tenfold.run_folder import RunFolder

BATCH = 128  # tiles a call of the runtime: bounds the memory, and larger is no faster
BATCH_MIN = 32  # fewer are not worth a thread of their own

WEIGHTS: Path = Path(__file__).parents[1] / "weights"
READY_MADE = ("mnist", "pictures")


def find_model(typed: str | os.PathLike[str]) -> ModelFolder:
    """Find and verify a model by folder, by run, or by the name of a shipped one.

    Raises ModelError.
    """
    name = os.fspath(typed)
    run = RunFolder(Path(name))  # os.path, unlike pathlib, never raises on a strange path
    if os.path.exists(run.path / FACTS):
        return open_model(name)
    if os.path.isdir(run.model):
        return open_model(os.path.join(name, run.model.name))
    if name in READY_MADE and not _is_of_a_model(run):
        return _ready_made(name)
    if os.path.isfile(run.recipe):
        if folds := run.folds_with_models():
            raise ModelError(
                f"{name}: this run has no model of its own (--final none)",
                hint=f"give one of its {len(folds)} folds, such as {folds[0].path}",
            )
        raise ModelError(
            f"{name}: this run has no model yet", hint=f"finish it: {run.resume_command()}"
        )
    return open_model(name)


def _is_of_a_model(run: RunFolder) -> bool:
    """Whether a folder holds a part of a model or of a run: not a folder of pictures, say."""
    return os.path.isfile(run.recipe) or any(run.path.glob("*.onnx"))


def _ready_made(name: str) -> ModelFolder:
    if not (WEIGHTS / name).is_dir():
        raise ModelError(
            f"{name}: does not ship with this version",
            hint="take the ready-made 'mnist', or a run of your own",
        )
    return open_model(WEIGHTS / name)


class Classifier:
    """A verified model, ready to read tiles. Stateless, and safe to call from several threads.

    An instance has one engine, so an answer does not depend on the number of tiles in the call.
    """

    def __init__(
        self,
        model: ModelFolder,
        *,
        engine: Engine = "auto",
        tiles: int = 1,
        threads: int | None = None,
    ) -> None:
        """`tiles` is how many there are to read, as far as is known: for many, "auto" takes
        openvino where it is installed and faster on this machine (`engine_choice.choose`).
        `threads` for one call; None is one a core.

        Raises ModelError, UsageError, and MissingExtraError for an engine that is not installed.
        """
        self.model = model
        self.threads = threads_available() if threads is None else threads
        self.engine = choose(engine, tiles, model, self.threads)
        self._read = open_graph(model, self.engine, self.threads)

    def __repr__(self) -> str:
        return f"Classifier({self.model.path!r}, engine={self.engine!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickled by the bytes of the model, which is checked again where it is opened.

        The engine and the number of threads stay the same.
        """
        return _reopened, (self.model, self.engine, self.threads)

    @classmethod
    def load(
        cls,
        model: str | os.PathLike[str] = "mnist",
        *,
        engine: Engine = "auto",
        tiles: int = 1,
        threads: int | None = None,
    ) -> Classifier:
        """Load a model by folder, run or name. Raises ModelError, MissingExtraError."""
        return cls(find_model(model), engine=engine, tiles=tiles, threads=threads)

    def probabilities(self, images: Any) -> Probabilities:
        """Compute probabilities float32 [n, 10] of tiles; rows sum to 1.

        `images` are as `batches` takes them. Raises DataError.
        """
        return self.outputs(images).probabilities

    def outputs(self, images: Any) -> Outputs:
        """Compute probabilities, and whether each tile shows a digit; see `batches`."""
        return Outputs.join(list(self.batches(images)))

    def batches(self, images: Any) -> Iterator[Outputs]:
        """Compute outputs batch by batch, for progress and for streams.

        `images` are tiles [n, 28, 28], [n, 784], [n, 28, 28, 1] or [n, 1, 28, 28]: an array or
        tensor, a frame of pixels, a list of arrays or of Pillow images, a data set or loader, whose
        labels are left out. uint8 is taken as it is;
        bool, and other numbers up to 1 at most, are scaled to 0..255. Raises DataError that says
        how to convert what cannot be taken.

        Each batch is read by one thread, and several at once: threads that share one batch wait
        for each other after every layer.
        """
        images = tiles_from(images, "images")
        size = min(BATCH, max(BATCH_MIN, -(-len(images) // self.threads)))
        batches = [images[start : start + size] for start in range(0, len(images), size)]
        if len(batches) < 2 or self.threads < 2:
            yield from map(self._read, batches)
            return
        with ThreadPoolExecutor(self.threads) as pool:
            yield from pool.map(self._read, batches)

    def predict(self, images: Any) -> Labels:
        """Predict the likeliest digit of each tile, int64 [n]; see `batches`."""
        return self.probabilities(images).argmax(axis=1)


def _reopened(model: ModelFolder, engine: Engine, threads: int) -> Classifier:
    return Classifier(model, engine=engine, threads=threads)
