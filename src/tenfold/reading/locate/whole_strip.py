"""A picture of one row, cut close to it, as one strip."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from tenfold.framing.strip import (
    STRIP_DIGIT_HEIGHT,
    STRIP_HEIGHT,
    STRIP_WIDTH_MAX,
    STRIP_WIDTH_MIN,
    STRIP_WIDTH_STEP,
    strip_of,
)
from tenfold.reading.locate.found_strips import FoundStrip, FoundStrips

BESIDE = 12  # pixels of nothing to each side, in which the first and the last digit have room


def whole_strip(grey: npt.NDArray[np.uint8], *, ink_is_dark: bool) -> FoundStrips:
    """The picture, uint8 [h, w], as its only strip; its height becomes that of the strip."""
    height, width = grey.shape
    scale = STRIP_HEIGHT / height
    inner = min(round(width * scale), STRIP_WIDTH_MAX - 2 * BESIDE)
    inner = max(STRIP_WIDTH_MIN, -(-inner // STRIP_WIDTH_STEP) * STRIP_WIDTH_STEP)
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    row = cv2.resize(grey, (inner, STRIP_HEIGHT), interpolation=way)
    pixels = np.pad(strip_of(row, ink_is_dark=ink_is_dark), ((0, 0), (BESIDE, BESIDE)))
    across = width / inner
    to_picture = np.array([[across, 0, -BESIDE * across], [0, 1 / scale, 0]])
    strip = FoundStrip(pixels, to_picture, 0, STRIP_DIGIT_HEIGHT / scale, 1.0)
    return FoundStrips((strip,), width, height)
