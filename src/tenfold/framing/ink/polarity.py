"""Whether the ink of a picture is dark on bright paper, or bright on dark."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from tenfold.framing.ink.paper import STROKE_MAX, Levels, ring, slow_light
from tenfold.framing.percentile import median

RING_UNIFORM = 0.04  # of the range of levels: a ring that varies less is a drawing's plain ground
KERNELS = (3, 5, 7, 11, 17, 27, 45)  # pixels of the small copy: strokes from hairline to marker


def ink_is_dark(grey: npt.NDArray[np.uint8]) -> bool:
    """Whether the ink of a picture, uint8 [h, w], is darker than its paper.

    A uniform ring is paper, and the ink is on the side that differs most from it. Otherwise the ink
    is on the side of the thin structures: black-hats are compared with top-hats, each limited by
    the contrast to the paper, because the hole of a dark 0 is no bright ink.
    """
    edge = ring(grey).astype(np.float32)
    paper = median(edge)
    lowest, highest = float(grey.min()), float(grey.max())
    uniform = median(np.abs(edge - paper)) <= RING_UNIFORM * (highest - lowest)
    if uniform or min(grey.shape) < KERNELS[0] / STROKE_MAX:
        return paper - lowest >= highest - paper
    level = cv2.GaussianBlur(grey - slow_light(grey), (0, 0), 0.8)
    level -= median(level)
    darker, brighter = np.maximum(-level, 0), np.maximum(level, 0)
    balance = []
    for size in KERNELS:
        if size > STROKE_MAX * min(grey.shape):
            break
        kernel = np.ones((size, size), np.uint8)
        dark = np.minimum(cv2.morphologyEx(level, cv2.MORPH_BLACKHAT, kernel), darker)
        bright = np.minimum(cv2.morphologyEx(level, cv2.MORPH_TOPHAT, kernel), brighter)
        # cubes: few strong pixels are ink, many weak ones are the paper's grain
        balance.append(np.log((_cubed(dark).mean() + 1e-3) / (_cubed(bright).mean() + 1e-3)))
    return max(balance) + min(balance) >= 0


def _cubed(levels: Levels) -> Levels:
    return levels * levels * levels  # ** 3 takes ten times as long
