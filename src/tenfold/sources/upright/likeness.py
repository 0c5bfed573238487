"""Likeness to upright digits: a small network's opinion of images in all eight orientations.

The network (196 inputs, one hidden layer, one score; 20 kB) has learned from distorted digits of
train.csv to give the upright one of the eight the highest score. The softmax of the eight scores
is the probability of each orientation. `bench/accuracy/train_upright.py` makes it.
"""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from tenfold.digits import Images

WEIGHTS = Path(__file__).with_name("upright.npz")
UPRIGHT, TRANSPOSED = 0, 4  # among the orientations, in the order of `orientations`
POOL = 2  # images are averaged over 2 x 2 pixels, so that strokes may be thick or thin

Floats = npt.NDArray[np.float32]
Pixels = npt.NDArray[Any]


def orientations(images: Pixels) -> list[Pixels]:
    """Images [n, side, side] turned by 0, 90, 180 and 270 degrees, and so their transposes."""
    both = images, images.transpose(0, 2, 1)
    return [np.rot90(turned, quarters, (1, 2)) for turned in both for quarters in range(4)]


def orientation_log_probabilities(images: Images) -> Floats:
    """The logarithm of the probability that each orientation is the upright one, float32 [n, 8]."""
    pooled = _pooled(images)  # once: pooling and turning may change places
    scores = np.stack([_score(turned) for turned in orientations(pooled)], axis=1)
    scores -= scores.max(axis=1, keepdims=True)
    return scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))


def _pooled(images: Images) -> Floats:
    """The means over squares of POOL pixels, float32 [n, 14, 14], without numpy's mean over two
    axes, which takes six times as long."""
    first, *others = (
        images[:, row::POOL, column::POOL].astype(np.float32)
        for row in range(POOL)
        for column in range(POOL)
    )
    for other in others:
        first += other
    return first / np.float32(POOL * POOL)


def _score(pooled: Floats) -> Floats:
    """How upright pooled images [n, 14, 14] look, float32 [n]."""
    first, bias, last, offset = _weights()
    flat = pooled.reshape(len(pooled), -1)
    flat = flat / np.maximum(np.linalg.norm(flat, axis=1, keepdims=True), 1e-6)
    hidden = np.maximum(flat @ first.T + bias, 0)
    return (hidden @ last.T + offset)[:, 0]


@functools.cache
def _weights() -> tuple[Floats, ...]:
    with np.load(WEIGHTS) as stored:
        return tuple(
            stored[name].astype(np.float32) for name in ("first", "bias", "last", "offset")
        )
