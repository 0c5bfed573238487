"""Other views of a strip: the same writing leans more, leans less, stands a little farther right.

A network that reads a strip rightly reads its views alike; where it errs, they often differ. In
which frame a character peaks differs as well, so the views' answers are combined string by string.
"""

from __future__ import annotations

import cv2
import numpy as np

from tenfold.framing.strip import STRIP_MIDDLE, Strip

LEAN = 0.2  # columns for each row
MOVED = 2.0, 0.5  # columns, rows: half of what the network's strides leave to each of its columns


def other_views_of(strip: Strip) -> list[Strip]:
    """The views beside the strip itself, each uint8 [32, w] like it; a character stands within a
    frame or two of where it stands in the strip."""
    ground = float(np.median(strip))
    matrices = [
        np.array([[1.0, lean, -lean * STRIP_MIDDLE], [0.0, 1.0, 0.0]]) for lean in (LEAN, -LEAN)
    ]
    matrices.append(np.array([[1.0, 0.0, MOVED[0]], [0.0, 1.0, MOVED[1]]]))
    size = strip.shape[::-1]
    return [
        cv2.warpAffine(strip, matrix, size, flags=cv2.INTER_CUBIC, borderValue=ground).astype(
            np.uint8
        )
        for matrix in matrices
    ]
