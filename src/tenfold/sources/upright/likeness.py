"""Likeness to upright digits: a small network's opinion of images in all eight orientations.

The network (196 inputs, one hidden layer, one score; 20 kB) has learned from distorted digits of
train.csv to give the upright one of the eight the highest score. The softmax of the eight scores
is the probability of each orientation. `bench/accuracy/train_upright.py` makes it.
"""

from __future__ import annotations

import functools
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tenfold.digits import Images

WEIGHTS = Path(__file__).with_name("upright.npz")
UPRIGHT, TRANSPOSED = 0, 4  # among the orientations, in the order of `orientations`
POOL = 2  # images are averaged over 2 x 2 pixels, so that strokes may be thick or thin

Floats = npt.NDArray[np.float32]


def orientations(images: Images) -> list[Images]:
    """Images uint8 [n, 28, 28] turned by 0, 90, 180 and 270 degrees, and so their transposes."""
    transposes = images.transpose(0, 2, 1)
    return [np.rot90(each, turn, (1, 2)) for each in (images, transposes) for turn in range(4)]


def orientation_log_probabilities(images: Images) -> Floats:
    """The logarithm of the probability that each orientation is the upright one, float32 [n, 8]."""
    scores = np.stack([_score(each) for each in orientations(images)], axis=1)
    scores -= scores.max(axis=1, keepdims=True)
    return scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))


def _score(images: Images) -> Floats:
    """How upright images [n, 28, 28] look, float32 [n]."""
    first, bias, last, offset = _weights()
    side = images.shape[1] // POOL
    pooled = images.reshape(-1, side, POOL, side, POOL).mean(axis=(2, 4), dtype=np.float32)
    flat = pooled.reshape(len(images), -1)
    flat /= np.maximum(np.linalg.norm(flat, axis=1, keepdims=True), 1e-6)
    hidden = np.maximum(flat @ first.T + bias, 0)
    return (hidden @ last.T + offset)[:, 0]


@functools.cache
def _weights() -> tuple[Floats, ...]:
    with np.load(WEIGHTS) as stored:
        return tuple(
            stored[name].astype(np.float32) for name in ("first", "bias", "last", "offset")
        )
