"""Whether the images of a file are dark on a bright ground, where models expect the reverse."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tenfold.digits import Images

ROWS_LOOKED_AT = 1000
SHARE_MIN = 0.9
NOTE = (
    "the images are dark on a bright ground, and are left as they are: models expect bright ink on "
    "0, which 255 - X gives"
)


def are_inverted(parts: Sequence[Images]) -> bool:
    """Whether nearly all images [n, 28, 28], of 1,000 at most, have a border brighter than they are
    on average."""
    step = max(1, -(-sum(map(len, parts)) // ROWS_LOOKED_AT))
    images = np.concatenate([part[::step] for part in parts])
    if not len(images):
        return False
    border = np.concatenate(
        [images[:, 0], images[:, -1], images[:, 1:-1, 0], images[:, 1:-1, -1]], axis=1
    )
    ground, mean = np.median(border, axis=1), images.mean(axis=(1, 2))
    return bool((ground > np.maximum(mean, 127)).mean() >= SHARE_MIN)
