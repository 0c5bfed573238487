"""The classifier of columns: numbers that are no image, read by the graph of a trained network."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from tenfold.classifier.engines import open_session

Floats = npt.NDArray[np.float64]


class ColumnsClassifier:
    """A graph from `columns` float64 [n, features] to `probabilities` float64 [n, classes].

    It is pickled by its graph alone. Safe to call from several threads.
    """

    def __init__(self, graph: bytes) -> None:
        self.graph = graph
        self._session = open_session(graph)

    def __reduce__(self) -> tuple[Any, ...]:
        return ColumnsClassifier, (self.graph,)

    def probabilities(self, columns: Floats) -> Floats:
        """Compute probabilities float64 [n, classes] of rows float64 [n, features]."""
        answers: list[Floats] = self._session.run(["probabilities"], {"columns": columns})
        return answers[0]
