"""The bridge to the training room, which is there only with its extra."""

from __future__ import annotations

from importlib.util import find_spec

from tenfold.errors import MissingExtraError


def require_training() -> None:
    """Raise MissingExtraError where torch or onnx is not installed."""
    if any(find_spec(name) is None for name in ("torch", "onnx")):
        raise MissingExtraError("training", "train")
