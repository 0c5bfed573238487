"""Whether strips stand upright or are upside down, by a small network of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tenfold.classifier.engines import onnxruntime_session, run_session
from tenfold.errors import ModelError
from tenfold.framing.strip import STRIP_HEIGHT, Strip
from tenfold.graph.contract import UPRIGHT_STRIDE
from tenfold.model_folder.stored_files import HINT_TENFOLD
from tenfold.model_folder.string_folder import StringModelFolder

PROBES = (16, 64)  # widths of the strips that a graph has to answer first


class Upright:
    """A verified network that tells strips from strips upside down. Stateless, and safe to call
    from several threads."""

    def __init__(self, model: StringModelFolder) -> None:
        """Raises ModelError where the folder has none, the runtime refuses it, or its answers are
        none."""
        if model.upright is None:
            raise ModelError(f"{model.path}: has no upright.onnx", hint=HINT_TENFOLD)
        self._path = model.path
        self._session = onnxruntime_session(model.upright, model.path)
        for width in PROBES:
            self([np.zeros((STRIP_HEIGHT, width), np.uint8)])

    def __call__(self, strips: Sequence[Strip]) -> float:
        """The log odds that strips uint8 [32, w] stand upright, all of them together: each column
        of each strip says what it can."""
        return float(sum(self._columns(strip).sum() for strip in strips))

    def _columns(self, strip: Strip) -> Any:
        width = strip.shape[1] // UPRIGHT_STRIDE * UPRIGHT_STRIDE
        both = np.stack([strip[:, :width], strip[::-1, :width][:, ::-1]])
        (odds,) = run_session(self._session, ["upright"], {"strips": both}, self._path)
        expected = (2, width // UPRIGHT_STRIDE)
        if odds.shape != expected or odds.dtype != np.float32 or not np.isfinite(odds).all():
            raise ModelError(
                f"{self._path}: upright.onnx gives no log odds for strips", hint=HINT_TENFOLD
            )
        # the strip and its turned copy: what says "upright" of both says nothing
        return (odds[0] - odds[1]) / 2
