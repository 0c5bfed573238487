"""Other views of a strip: the same writing leans more, leans less, stands a little farther right.

A network that reads a strip rightly reads its views alike; where it errs, they often differ. In
which frame a character peaks differs as well, so the views' answers are combined string by string.
"""

from __future__ import annotations

import cv2
import numpy as np

from tenfold.framing.strip import BEYOND, STRIP_MIDDLE, Strip

LEAN = 0.2  # columns for each row
MOVED = 2.0, 0.5  # columns, rows: half of what the network's strides leave to each of its columns


def other_views_of(strip: Strip) -> list[Strip]:
    """The views beside the strip itself, each uint8 [32, w] like it; a character stands within a
    frame or two of where it stands in the strip."""
    matrices = [
        np.array([[1.0, lean, -lean * STRIP_MIDDLE], [0.0, 1.0, 0.0]]) for lean in (LEAN, -LEAN)
    ]
    matrices.append(np.array([[1.0, 0.0, MOVED[0]], [0.0, 1.0, MOVED[1]]]))
    beyond = strip == BEYOND
    ground = float(np.median(strip[~beyond])) if not beyond.all() else float(BEYOND)
    filled, hidden = np.where(beyond, np.uint8(ground), strip), 255 * beyond.astype(np.uint8)
    size = strip.shape[::-1]
    views = []
    for matrix in matrices:
        view = cv2.warpAffine(filled, matrix, size, flags=cv2.INTER_CUBIC, borderValue=ground)
        view = np.maximum(view, BEYOND + 1).astype(np.uint8)
        covered = cv2.warpAffine(hidden, matrix, size, borderMode=cv2.BORDER_REPLICATE)
        view[covered > 127] = BEYOND
        views.append(view)
    return views
