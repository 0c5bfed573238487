"""The string reader: strips in, the symbols and boxes of each of their frames out."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from tenfold.classifier.engines import onnxruntime_session, run_session
from tenfold.errors import ModelError
from tenfold.framing.strip import (
    STRIP_HEIGHT,
    STRIP_MIDDLE,
    STRIP_WIDTH_MAX,
    STRIP_WIDTH_MIN,
    Strip,
)
from tenfold.graph.contract import STRIP_STRIDE, STRIP_SYMBOLS
from tenfold.model_folder.stored_files import HINT_TENFOLD
from tenfold.model_folder.string_folder import StringModelFolder, open_string_model

WIDTH_STEP = 32  # pixels: strips are padded to such widths, and those of one width share a call
COLUMNS_MAX = 2048  # of all strips of one call: bounds its memory
STRIPS_MAX = 400  # of one picture, and
ALL_COLUMNS_MAX = 64 * 1024  # of all of them: bounds the work
SUM_TOLERANCE = 1e-2  # how far from 1 the probabilities of a frame may add up
BOX_MAX = 1e5  # pixels; a coordinate beyond is no place
PROBES = ((1, 32), (2, 64))  # strips and width of the batches that a graph has to answer first


class StripOutputs(NamedTuple):
    """Outputs for one strip of w columns: log probabilities float32 [w/2, 18] of blank, digits,
    marks and other; and boxes float32 [w/2, 4]: left, top, right, bottom in pixels of the strip of
    the character whose peak is at that frame."""

    log_probabilities: npt.NDArray[np.float32]
    boxes: npt.NDArray[np.float32]


class StripReader:
    """A verified string reader. Stateless, and safe to call from several threads.

    An answer for a strip does not depend on the other strips of the call.
    """

    def __init__(self, model: StringModelFolder) -> None:
        """Raises ModelError where the runtime refuses the graph, or its answers are none."""
        self.model = model
        self._session = onnxruntime_session(model.reader, model.path)
        random = np.random.default_rng(0)
        for count, width in PROBES:
            strips = random.integers(0, 256, (count, STRIP_HEIGHT, width), np.uint8)
            strips[0] = 0
            self._run(strips)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> StripReader:
        """Open and verify a string reader's folder. Raises ModelError."""
        return cls(open_string_model(path))

    def __call__(self, strips: Sequence[Strip]) -> list[StripOutputs]:
        """Read strips uint8 [32, w], 16 <= w <= 2048.

        Raises ValueError for other shapes, or more strips than STRIPS_MAX or ALL_COLUMNS_MAX.
        """
        widths = [_padded_width(strip) for strip in strips]
        if len(strips) > STRIPS_MAX or sum(widths) > ALL_COLUMNS_MAX:
            raise ValueError(f"{len(strips)} strips with {sum(widths):,} columns at once")
        outputs: dict[int, StripOutputs] = {}
        for width in sorted(set(widths)):
            places = [place for place, padded in enumerate(widths) if padded == width]
            count = max(1, COLUMNS_MAX // width)
            for start in range(0, len(places), count):
                batch = places[start : start + count]
                answers = self._run(np.stack([_padded(strips[place], width) for place in batch]))
                for place, logs, boxes in zip(batch, *answers, strict=True):
                    frames = -(-strips[place].shape[1] // STRIP_STRIDE)
                    outputs[place] = StripOutputs(logs[:frames], boxes[:frames])
        return [outputs[place] for place in range(len(strips))]

    def _run(self, strips: npt.NDArray[np.uint8]) -> tuple[Any, Any]:
        names, inputs = list(StripOutputs._fields), {"strips": strips}
        logs, boxes = run_session(self._session, names, inputs, self.model.path)
        if fault := _fault(logs, boxes, strips.shape):
            raise ModelError(f"{self.model.path}: the string reader {fault}", hint=HINT_TENFOLD)
        return logs, _placed(boxes)


def _padded_width(strip: Strip) -> int:
    height, width = strip.shape
    if strip.dtype != np.uint8 or height != STRIP_HEIGHT:
        raise ValueError(f"a strip {strip.dtype} {list(strip.shape)}, expected uint8 [32, w]")
    if not STRIP_WIDTH_MIN <= width <= STRIP_WIDTH_MAX:
        raise ValueError(f"a strip of {width} columns")
    return -(-width // WIDTH_STEP) * WIDTH_STEP


def _padded(strip: Strip, width: int) -> Strip:
    """The strip with nothing at its right, as beyond a picture."""
    return np.pad(strip, ((0, 0), (0, width - strip.shape[1])))


def _fault(logs: Any, boxes: Any, shape: tuple[int, ...]) -> str:
    """The reason why these are no valid outputs for strips [n, 32, w]; empty where they are."""
    expected = (shape[0], shape[2] // STRIP_STRIDE)
    if logs.shape != (*expected, STRIP_SYMBOLS) or boxes.shape != (*expected, 4):
        return f"gives shapes {logs.shape} and {boxes.shape} for {list(shape)}"
    if logs.dtype != np.float32 or boxes.dtype != np.float32:
        return "gives numbers of another type than float32"
    with np.errstate(over="ignore", invalid="ignore"):
        sums = np.exp(logs).sum(axis=2)
        within = (  # no comparison with NaN is true
            np.abs(sums - 1).max(initial=0) <= SUM_TOLERANCE,
            np.abs(boxes).max(initial=0) <= BOX_MAX,
        )
    return "" if all(within) else "gives NaN, or numbers that are no probabilities or places"


def _placed(boxes: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Boxes in pixels of the strip, from the graph's distances: left and right from the middle of
    the frame, top and bottom from the middle row."""
    middles = (np.arange(boxes.shape[1], dtype=np.float32) + 0.5) * STRIP_STRIDE
    rows = np.full_like(middles, STRIP_MIDDLE)
    placed: npt.NDArray[np.float32] = boxes + np.stack([middles, rows, middles, rows], axis=1)
    return placed
