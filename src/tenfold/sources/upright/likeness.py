"""Likeness to upright digits: a small network's opinion of images in all eight orientations.

The network (196 inputs, one hidden layer, one score; 20 kB) has learned from distorted digits of
train.csv to give the upright one of the eight the highest score. The softmax of the eight scores
is the probability of each orientation. `bench/accuracy/train_upright.py` makes it.
"""

from __future__ import annotations

import functools
import math
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
    scores = _scores(_pooled(images))
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


def _scores(pooled: Floats) -> Floats:
    """How upright pooled images [n, 14, 14] look in each orientation, float32 [n, 8]."""
    first, bias, last, offset = _weights()
    flat = pooled.reshape(len(pooled), -1)
    flat = flat / np.maximum(np.linalg.norm(flat, axis=1, keepdims=True), 1e-6)
    hidden = (flat @ first.T).reshape(len(flat), -1, len(bias))  # [n, 8, 48]
    return (np.maximum(hidden + bias, 0) @ last.T + offset)[:, :, 0]


@functools.cache
def _weights() -> tuple[Floats, ...]:
    """The network's weights, those of the first layer for each orientation: the weights are turned
    back once, instead of every image eight times."""
    with np.load(WEIGHTS) as stored:
        first, *others = (
            stored[name].astype(np.float32) for name in ("first", "bias", "last", "offset")
        )
    side = math.isqrt(first.shape[1])
    pixels = orientations(np.arange(side * side).reshape(1, side, side))
    turned_back = [first[:, np.argsort(places, axis=None)] for places in pixels]
    return np.concatenate(turned_back), *others
