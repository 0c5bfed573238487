"""The picture as the locator sees it: at several scales, its contrast evened out."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

STRIDE = 4  # pixels of a cell, the locator's unit
SIDE_STEP = 8  # pixels: both sides of a page are multiples
WINDOW = 49  # pixels: a few digits' heights, within which light and contrast are evened out
DEVIATION = 48.0  # levels that one standard deviation becomes
NOISE = 6.0  # levels: weaker structures are not raised to full contrast
MARGIN = 24  # pixels around a page: the picture's edge goes on there
FINEST_PIXELS = 1_050_000  # of the finest page; all together have a third more
SMALLEST = 22  # pixels: a digit that fills a page of this height is found
PAGES_MAX = 9

Grey = npt.NDArray[np.uint8]  # [height, width]


class PyramidPage(NamedTuple):
    """The picture at one scale, uint8 [h, w]: `scale` of its pixels for each of the picture's."""

    pixels: Grey
    scale: float

    def to_picture(self, place: float) -> float:
        """An x or y on the page, in its pixels, as one in the picture."""
        return (place - MARGIN + 0.5) / self.scale - 0.5


def pyramid(grey: Grey) -> list[PyramidPage]:
    """The picture uint8 [height, width] at scales an octave apart, the finest first."""
    height, width = grey.shape
    scale = min(1.0, float(np.sqrt(FINEST_PIXELS / (height * width))))
    pages: list[PyramidPage] = []
    current = grey
    while len(pages) < PAGES_MAX:
        size = max(1, round(width * scale)), max(1, round(height * scale))
        if size != current.shape[::-1]:
            current = cv2.resize(current, size, interpolation=cv2.INTER_AREA)
        pages.append(PyramidPage(evened(_framed(current)), scale))
        if min(size) <= SMALLEST:
            break
        scale /= 2
    return pages


def _framed(grey: Grey) -> Grey:
    """The picture with its edge continued on all sides, to sides that the locator takes."""
    height, width = grey.shape
    more = [-(side + 2 * MARGIN) % SIDE_STEP for side in (height, width)]
    return cv2.copyMakeBorder(
        grey, MARGIN, MARGIN + more[0], MARGIN, MARGIN + more[1], cv2.BORDER_REPLICATE
    )


def evened(grey: Grey) -> Grey:
    """The picture with its local mean at 128, and its local contrast evened out."""
    levels = grey.astype(np.float32)
    window = (WINDOW, WINDOW)
    mean = cv2.blur(levels, window, borderType=cv2.BORDER_REPLICATE)
    square = cv2.blur(levels * levels, window, borderType=cv2.BORDER_REPLICATE)
    deviation = np.sqrt(np.maximum(square - mean * mean, 0))
    out = 128 + DEVIATION * (levels - mean) / (deviation + NOISE)
    return np.clip(np.rint(out), 0, 255).astype(np.uint8)
