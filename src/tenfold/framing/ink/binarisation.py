"""Which pixels are ink: a threshold with hysteresis at shares of the ink's own strength."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from tenfold.framing.ink.components import components_of
from tenfold.framing.ink.paper import Levels
from tenfold.framing.percentile import percentile

WEAK, STRONG = 0.3, 0.5  # of the ink's level: hysteresis, so that faint ends of a stroke stay
SMOOTHED_FROM = 100  # pixels of the shorter side; smaller pictures have strokes of few pixels

Mask = npt.NDArray[np.uint8]  # [height, width], 0 or 1


def binarised(levels: Levels, floor: float, noise: float) -> Mask:
    """The mask of the ink, from levels float32 [height, width] with the paper at 0.

    `floor` is the level from which something stands out; `noise` is the paper's standard deviation.
    """
    large = min(levels.shape) >= SMOOTHED_FROM
    smooth = cv2.GaussianBlur(levels, (0, 0), 1.0) if large else levels
    return _hysteresis(smooth, _strength(smooth, floor), noise)


def _strength(levels: Levels, floor: float) -> float:
    """The level of the ink in the middle of strokes: the median over the large components, weighted
    by size; 0 where nothing stands out of the noise."""
    components = components_of((levels > floor).astype(np.uint8))
    labels, stats = components
    if len(stats) == 1:
        return 0.0
    extent = components.extents[1:]
    candidates = 1 + np.flatnonzero(extent >= 0.3 * extent.max())
    candidates = candidates[np.argsort(-extent[candidates - 1])][:60]
    middles, weights = [], []
    for label in candidates:
        left, top, width, height, area = stats[label]
        window = np.s_[top : top + height, left : left + width]
        inside = levels[window][labels[window] == label]
        middles.append(percentile(inside, 85))
        weights.append(float(np.sqrt(area)) * middles[-1])
    order = np.argsort(middles)
    cumulated = np.cumsum(np.array(weights)[order])
    return middles[order[np.searchsorted(cumulated, cumulated[-1] / 2)]]


def _hysteresis(levels: Levels, strength: float, noise: float) -> Mask:
    """The mask of the weak pixels whose component holds a strong pixel."""
    if strength == 0:
        return np.zeros(levels.shape, np.uint8)
    weak = (levels > max(WEAK * strength, min(3 * noise, STRONG * strength))).astype(np.uint8)
    count, labels = cv2.connectedComponents(weak, connectivity=8)
    keep = np.zeros(count, np.uint8)
    keep[labels[levels > STRONG * strength]] = 1
    keep[0] = 0
    return np.take(keep, labels)
