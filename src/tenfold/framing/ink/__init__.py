"""From a picture of paper to ink, whatever the polarity, the paper and the light.

In: a `Picture`.
Out: an `Ink`: levels float32 [height, width], 0 on paper, and the mask of the strokes.
The only part of framing that needs OpenCV (the `photo` extra).
"""

from __future__ import annotations

from tenfold.errors import MissingExtraError

try:
    import cv2  # noqa: F401
except ImportError as problem:
    raise MissingExtraError("reading pictures", "photo") from problem

from tenfold.framing.ink.components import components_of
from tenfold.framing.ink.dither import without_dither
from tenfold.framing.ink.ink import Ink, ink_of
from tenfold.framing.ink.stroke import stroke_of, stroke_width, without_specks
from tenfold.framing.ink.surround import without_surround

__all__ = [
    "Ink",
    "components_of",
    "ink_of",
    "stroke_of",
    "stroke_width",
    "without_dither",
    "without_specks",
    "without_surround",
]
