"""An ONNX file of another program, for comparison: any layout with ten outputs for an image.

Nothing is promised of its cost: it is not one of tenfold's graphs, and is not checked like them. It
reads no other file.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt

from tenfold.classifier.engines import open_session
from tenfold.classifier.outputs import SUM_TOLERANCE, Probabilities
from tenfold.digits import CLASSES, PIXELS, SIDE, Images
from tenfold.errors import ModelError, UsageError

Pixels = Literal["auto", "0..1", "0..255"]

BYTES_MAX = 2 << 30
BATCH = 128
TYPES = {"tensor(float)": np.float32, "tensor(double)": np.float64, "tensor(uint8)": np.uint8}
LAYOUTS = ((1, SIDE, SIDE), (SIDE, SIDE, 1), (SIDE, SIDE), (PIXELS,))
HINT = "give a network of images of 28 x 28 whose output is [n, 10]"


def probabilities_of_onnx(
    path: str, images: Images, pixels: Pixels, say: Callable[[str], None]
) -> Probabilities:
    """Probabilities float32 [n, 10] of tiles uint8 [n, 28, 28] by the ONNX file at `path`.

    `pixels` is what it was trained on; "auto" is 0..255 for a uint8 input, 0..1 for a float one.
    Logits go through a softmax. `say` is called with what was understood. Raises ModelError,
    UsageError.
    """
    if pixels not in get_args(Pixels):
        raise UsageError(f"pixels is '{pixels}'", hint=f"one of {', '.join(get_args(Pixels))}")
    session = _open(path)
    entry, layout, count = _input(session, path)
    numbers = TYPES[entry.type]
    white = 255 if pixels == "0..255" or (pixels == "auto" and numbers is np.uint8) else 1
    batches = []
    for start in range(0, len(images), count or BATCH):
        part = images[start : start + (count or BATCH)]
        # where the number of images is fixed, blank ones make it full
        blank = np.zeros((count - len(part) if count else 0, SIDE, SIDE), np.uint8)
        filled = np.concatenate([part, blank])
        fed = filled.astype(numbers) if white == 255 else (filled / 255).astype(numbers)
        batches.append(_answers(session, entry.name, fed.reshape(-1, *layout), path)[: len(part)])
    outputs = np.concatenate(batches)
    are_probabilities = _sum_to_one(outputs)
    say(
        f"note: {path}: input {entry.name} {entry.type[7:-1]} [n, {', '.join(map(str, layout))}], "
        f"pixels as 0..{white}, outputs taken for "
        f"{'probabilities' if are_probabilities else 'logits'}"
    )
    return outputs.astype(np.float32) if are_probabilities else _softmax(outputs)


def _open(path: str) -> Any:
    try:
        if os.path.getsize(path) > BYTES_MAX:
            raise ModelError(f"{path}: larger than {BYTES_MAX:,} bytes", hint=HINT)
        with open(path, "rb") as file:
            return open_session(file.read())
    except OSError as problem:
        raise ModelError(f"{path}: {problem.strerror}", hint="check the path") from problem
    except ModelError:
        raise
    except Exception as problem:  # onnxruntime's exceptions share no base class
        raise ModelError(
            f"{path}: onnxruntime refuses it: {' '.join(str(problem).split())[:300]}", hint=HINT
        ) from problem


def _input(session: Any, path: str) -> tuple[Any, tuple[int, ...], int | None]:
    """The one input, the layout of an image in it, and the number of images where it is fixed."""
    entries = session.get_inputs()
    entry = entries[0]
    first, *sides = entry.shape or [None]
    for layout in LAYOUTS:
        fits = len(sides) == len(layout) and all(
            side == wanted or not isinstance(side, int)
            for side, wanted in zip(sides, layout, strict=True)
        )
        if len(entries) == 1 and fits and entry.type in TYPES:
            return entry, layout, first if isinstance(first, int) else None
    listed = ", ".join(f"{e.name} {e.type} {e.shape}" for e in entries)
    raise ModelError(f"{path}: takes {listed}, no images of 28 x 28", hint=HINT)


def _answers(session: Any, name: str, fed: npt.NDArray[Any], path: str) -> npt.NDArray[Any]:
    """The first output of ten numbers an image."""
    try:
        outputs = session.run(None, {name: fed})
    except Exception as problem:
        raise ModelError(
            f"{path}: cannot read images: {' '.join(str(problem).split())[:300]}", hint=HINT
        ) from problem
    for output in outputs:
        if getattr(output, "shape", ()) == (len(fed), CLASSES) and output.dtype.kind == "f":
            if not np.isfinite(output).all():
                raise ModelError(f"{path}: gives NaN or infinity", hint=HINT)
            return np.asarray(output)
    shapes = ", ".join(str(list(getattr(o, "shape", []))) or type(o).__name__ for o in outputs)
    raise ModelError(f"{path}: gives {shapes} for {len(fed)} images, not [n, 10]", hint=HINT)


def _sum_to_one(outputs: npt.NDArray[Any]) -> bool:
    sums = outputs.sum(axis=1)
    return bool(outputs.min(initial=0) >= 0 and np.abs(sums - 1).max(initial=0) <= SUM_TOLERANCE)


def _softmax(logits: npt.NDArray[Any]) -> Probabilities:
    shifted = np.exp(logits.astype(np.float64) - logits.max(axis=1, keepdims=True))
    result: Probabilities = (shifted / shifted.sum(axis=1, keepdims=True)).astype(np.float32)
    return result
