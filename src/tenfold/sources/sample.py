"""The built-in sample: scikit-learn's 1,797 handwritten digits (8x8, of the UCI Optical Recognition
of Handwritten Digits data set, CC BY 4.0), framed to 28x28, so that everything runs offline.
"""

from __future__ import annotations

import hashlib

import numpy as np

from tenfold.digits import DataFile, Digits, stratified_split
from tenfold.errors import MissingExtraError
from tenfold.framing import frame_ink

NAME = "sample"
TEST_SHARE = 0.2
LEVELS = 16  # the sample's pixels are counts of 0..16 set pixels in 4x4 blocks


def read_sample() -> tuple[Digits, Digits]:
    """The sample as (train, test), both labelled; the test set is always the same fifth.

    Raises MissingExtraError without scikit-learn.
    """
    try:
        from sklearn.datasets import load_digits
    except ImportError:
        raise MissingExtraError("the built-in sample", "train") from None
    images, labels = load_digits(return_X_y=True)
    ink = (images.reshape(-1, 8, 8) * 255 / LEVELS).round().astype(np.uint8)
    tiles = np.stack([frame_ink(picture) for picture in ink])
    labels = labels.astype(np.int64)
    train, test = stratified_split(labels, TEST_SHARE, seed=0)
    return _split(tiles, labels, train, "train"), _split(tiles, labels, test, "test")


def _split(tiles: np.ndarray, labels: np.ndarray, rows: np.ndarray, name: str) -> Digits:
    images = tiles[rows]
    digest = hashlib.sha256(images.tobytes() + labels[rows].tobytes()).hexdigest()
    file = DataFile(f"{NAME} ({name})", digest, images.nbytes, len(rows))
    return Digits(images, labels[rows], (file,))
