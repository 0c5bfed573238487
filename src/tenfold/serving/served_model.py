"""A model that the server answers with: its reader, and the batches that go through it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor

from tenfold.reading.reader import Reader
from tenfold.serving.batching import Batcher


class ServedModel:
    """A reader with a batcher of its own, so that no batch mixes the tiles of two models.

    `thread` runs the model; `on_batch` and `on_served` are those of `Batcher`.
    """

    def __init__(
        self,
        reader: Reader,
        thread: Executor,
        *,
        on_batch: Callable[[int], object],
        on_served: Callable[[int, float], object],
    ) -> None:
        self.reader = reader
        self.batcher = Batcher(
            reader.classifier.outputs, thread, on_batch=on_batch, on_served=on_served
        )

    @property
    def version(self) -> str:
        """Twelve hexadecimal digits of the hash of the weights."""
        return self.reader.classifier.model.version
