"""The locator: pages in, where rows of digits lie out."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from tenfold.classifier.engines import onnxruntime_session, run_session
from tenfold.errors import ModelError
from tenfold.graph.contract import LOCATOR_CHANNELS, LOCATOR_STRIDE
from tenfold.model_folder.stored_files import HINT_TENFOLD
from tenfold.model_folder.string_folder import StringModelFolder

PIXELS_MAX = 3 << 20  # of one call: bounds its memory and its work
PROBES = ((32, 32), (40, 64))  # height and width of the pages that a graph has to answer first


class Locator:
    """A verified locator. Stateless, and safe to call from several threads."""

    def __init__(self, model: StringModelFolder) -> None:
        """Raises ModelError where the folder has none, the runtime refuses it, or its answers are
        none."""
        if model.locator is None:
            raise ModelError(f"{model.path}: has no locator", hint=HINT_TENFOLD)
        self._path = model.path
        self._session = onnxruntime_session(model.locator, model.path)
        for height, width in PROBES:
            self(np.zeros((1, height, width), np.uint8))

    def __call__(self, pages: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
        """Cells float32 [n, channels, h/4, w/4] of pages uint8 [n, h, w], whose sides are multiples
        of 8. Raises ValueError for other pages, ModelError for answers that are none."""
        if pages.dtype != np.uint8 or pages.ndim != 3 or pages.size > PIXELS_MAX:
            raise ValueError(f"pages {pages.dtype} {list(pages.shape)}")
        (cells,) = run_session(self._session, ["cells"], {"pages": pages}, self._path)
        if fault := _fault(cells, pages.shape):
            raise ModelError(f"{self._path}: the locator {fault}", hint=HINT_TENFOLD)
        located: npt.NDArray[np.float32] = cells
        return located


def _fault(cells: Any, shape: tuple[int, ...]) -> str:
    count, height, width = shape
    expected = (count, LOCATOR_CHANNELS, height // LOCATOR_STRIDE, width // LOCATOR_STRIDE)
    if cells.shape != expected or cells.dtype != np.float32:
        return f"gives {cells.dtype} {list(cells.shape)} for {list(shape)}"
    return "" if np.isfinite(cells).all() else "gives NaN or infinity"
