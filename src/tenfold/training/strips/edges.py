"""Where a picture ends: writing that is cut off, and nothing beyond."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

CUT_HIGH, ROOM = 0.06, 0.4  # of a digit's height: the most that is lost, and that is left
CUT_WIDE = 0.3  # of the first or the last character's width: the most that is lost
SIDE = 0.6  # of the pictures: how many end near the writing at a given side


def cut_picture(
    grey: npt.NDArray[np.float32],
    boxes: npt.NDArray[np.float32],
    height: float,
    rng: np.random.Generator,
) -> npt.NDArray[np.bool_]:
    """Let the picture, brightness [h, w], end near the characters' `boxes` [n, 4] of digits that
    are `height` pixels high. What lies beyond gets the median of the rest, as in rows that the
    reader cuts out, in place; which pixels these are is returned."""
    beyond = np.zeros(grey.shape, bool)
    if not len(boxes):
        return beyond
    h, w = grey.shape
    first, last = boxes[boxes[:, 0].argmin()], boxes[boxes[:, 2].argmax()]
    high = CUT_HIGH * height
    lost = np.array([CUT_WIDE * (first[2] - first[0]), high, CUT_WIDE * (last[2] - last[0]), high])
    room = rng.uniform(-lost, ROOM * height)
    near = rng.random(4) < SIDE
    x0 = int(max(0, first[0] - room[0])) if near[0] else 0
    y0 = int(max(0, boxes[:, 1].min() - room[1])) if near[1] else 0
    x1 = int(min(w, last[2] + room[2])) if near[2] else w
    y1 = int(min(h, boxes[:, 3].max() + room[3])) if near[3] else h
    ground = np.median(grey[y0:y1, x0:x1])
    beyond[:] = True
    beyond[y0:y1, x0:x1] = False
    grey[beyond] = ground
    return beyond
