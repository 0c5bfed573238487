"""Paper and ink apart: polarity, the paper's colour and light, the ink's colour, noise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from tenfold.framing.image import Picture
from tenfold.framing.ink.ruling import without_ruling

SMALL = 320  # pixels; polarity and colours are judged on a copy of this size
PAPER_SIDE = 640  # pixels; and the paper's light on one of this
RING_UNIFORM = 0.04  # of the range of levels: a ring that varies less is a drawing's plain ground
KERNELS = (3, 5, 7, 11, 17)  # pixels of the small copy: strokes from hairline to marker
PLAIN = 2.0  # levels; a ground that varies no more was made by a program
STROKE_MAX = 0.3  # of the shorter side; nothing wider is a stroke
CONTRAST_MIN = 6.0  # levels; weaker is invisible
NOISE_SIGMAS = 5.0  # what stands out of the noise by this many is no noise
WEAK, STRONG = 0.3, 0.5  # of the ink's level: hysteresis, so that faint ends of a stroke stay

Levels = npt.NDArray[np.float32]  # [height, width]
Mask = npt.NDArray[np.uint8]  # [height, width], 0 or 1


@dataclass(frozen=True, eq=False)
class Ink:
    """`levels` float32 [h, w]: how much ink, 0 on paper, about `strength` in a stroke's middle;
    `mask` uint8 [h, w]: 1 where there is a stroke; `stages`: name and picture of each step."""

    levels: Levels
    mask: Mask
    strength: float
    notes: tuple[str, ...] = ()
    stages: tuple[tuple[str, npt.NDArray[np.uint8]], ...] = ()


def ink_of(picture: Picture, *, stages: bool = False) -> Ink:
    """The ink of a picture; strength 0 and an empty mask where there is none."""
    pixels = picture.pixels
    small = _shrunk(pixels, SMALL)
    dark = _ink_is_dark(_grey(small))
    levels, noise = _contrast(pixels, dark)
    notes: tuple[str, ...] = ("inverted",) if dark else ()
    seen = [("picture", pixels), ("flattened", _shown(levels))]
    levels, ruled = without_ruling(levels, noise)
    if ruled:
        notes += ("ruling removed",)
        seen.append(("ruling removed", _shown(levels)))
    smooth = cv2.GaussianBlur(levels, (0, 0), 1.0) if min(levels.shape) >= 100 else levels
    strength = _strength(smooth, max(CONTRAST_MIN, NOISE_SIGMAS * noise))
    mask = _hysteresis(smooth, strength, noise)
    seen.append(("ink", mask * np.uint8(255)))
    return Ink(levels, mask, strength, notes, tuple(seen) if stages else ())


def _shrunk(pixels: npt.NDArray[np.uint8], side: int) -> npt.NDArray[np.uint8]:
    scale = side / max(pixels.shape[:2])
    if scale >= 1:
        return pixels
    size = (max(1, round(pixels.shape[1] * scale)), max(1, round(pixels.shape[0] * scale)))
    return cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)


def _grey(pixels: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    return pixels if pixels.ndim == 2 else cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)


def _ring(levels: npt.NDArray[Any]) -> npt.NDArray[Any]:
    return np.concatenate([levels[0], levels[-1], levels[:, 0], levels[:, -1]])


def _ink_is_dark(grey: npt.NDArray[np.uint8]) -> bool:
    """A plain ring is paper, and the ink is on the side that differs most from it. Where the ring
    is not plain, the ink is the side that has the thin things: top-hats against bottom-hats."""
    ring = _ring(grey).astype(np.float32)
    paper = float(np.median(ring))
    lowest, highest = float(grey.min()), float(grey.max())
    if np.median(np.abs(ring - paper)) <= RING_UNIFORM * (highest - lowest):
        return paper - lowest >= highest - paper
    smooth = cv2.GaussianBlur(grey, (0, 0), 0.8).astype(np.float32)
    balance = []
    for size in KERNELS:
        kernel = np.ones((size, size), np.uint8)
        dark = cv2.morphologyEx(smooth, cv2.MORPH_BLACKHAT, kernel)
        bright = cv2.morphologyEx(smooth, cv2.MORPH_TOPHAT, kernel)
        # cubes: few strong pixels are ink, many weak ones are the paper's grain
        balance.append(np.log(((dark**3).mean() + 1e-3) / ((bright**3).mean() + 1e-3)))
    return max(balance) + min(balance) >= 0


def _contrast(pixels: npt.NDArray[np.uint8], dark: bool) -> tuple[Levels, float]:
    """How much each pixel differs from the paper around it, towards the ink's colour; and the
    paper's noise."""
    copy = _shrunk(pixels, PAPER_SIDE)
    plain = _plain_ground(copy)
    paper = _paper(copy, dark) if plain is None else plain
    sign = 1.0 if dark else -1.0
    weights = _ink_colour(sign * (paper.astype(np.float32) - copy)) if copy.ndim == 3 else None
    if weights is not None:
        full = cv2.transform(pixels.astype(np.float32), weights[None])
        paper = cv2.transform(paper.astype(np.float32), weights[None])
    else:
        full, paper = pixels.astype(np.float32), paper.astype(np.float32)
    height, width = full.shape
    if paper.shape != full.shape:
        paper = cv2.resize(paper, (width, height), interpolation=cv2.INTER_LINEAR)
    levels = sign * (paper - full)
    return _calmed(levels) if plain is None else (np.maximum(levels, 0), 0.0)


def _plain_ground(pixels: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8] | None:
    """A picture of nothing but the colour of the ring, if the ring has one colour: drawings, whose
    ink may cover more than half."""
    ring = _ring(pixels).astype(np.float32)
    colour = np.median(ring, axis=0)
    if np.median(np.abs(ring - colour)) > PLAIN:
        return None
    return np.broadcast_to(colour.astype(np.uint8), pixels.shape).copy()


def _paper(pixels: npt.NDArray[np.uint8], dark: bool) -> npt.NDArray[np.uint8]:
    """The paper without what is narrower than a stroke can be: a closing for dark ink. It keeps
    shadows and their edges."""
    height, width = pixels.shape[:2]
    size = max(3, int(STROKE_MAX * min(height, width))) | 1
    kernel = cv2.getStructuringElement(cv2.MORPH_RECT, (size, size))
    how = cv2.MORPH_CLOSE if dark else cv2.MORPH_OPEN
    calm = cv2.medianBlur(pixels, 3) if min(height, width) >= 100 else pixels
    paper = cv2.morphologyEx(calm, how, kernel)
    return cv2.blur(paper, (size // 4 | 1, size // 4 | 1))


def _ink_colour(contrast: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """float32 [3]: the direction in which the strongest pixels differ from the paper, scaled so
    that a difference of grey keeps its size. Blue ink weighs red, green ink blue and red."""
    flat = np.maximum(contrast.reshape(-1, 3), 0)
    size = flat.sum(axis=1)
    strong = flat[size >= max(0.5 * float(np.percentile(size, 99.8)), 1.0)]
    if len(strong) == 0:
        return np.array([0.299, 0.587, 0.114], np.float32)
    direction = strong.mean(axis=0)
    direction = direction + 0.15 * direction.max()  # some of every channel calms the noise
    return (direction / direction.sum()).astype(np.float32)


def _calmed(levels: Levels) -> tuple[Levels, float]:
    """Levels with the paper at 0, nothing below it; and the standard deviation of the paper, told
    from the side on which there is no ink."""
    step = max(1, max(levels.shape) // 500)
    sample = levels[::step, ::step]
    paper = float(np.median(sample))
    below = sample[sample < paper]
    # half a bell, of which the median is 0.674 sigma; a plain ground has hardly anything below
    noisy = len(below) > 0.2 * sample.size
    noise = float(np.median(paper - below)) / 0.674 if noisy else 0.0
    return np.maximum(levels - paper, 0), noise


def _strength(levels: Levels, floor: float) -> float:
    """The ink's level in the middle of strokes: the median over the components that stand out,
    by their size; 0 where there are none."""
    mask = (levels > floor).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    if count == 1:
        return 0.0
    extent = np.maximum(stats[1:, cv2.CC_STAT_WIDTH], stats[1:, cv2.CC_STAT_HEIGHT])
    candidates = 1 + np.flatnonzero(extent >= 0.3 * extent.max())
    candidates = candidates[np.argsort(-extent[candidates - 1])][:60]
    middles, weights = [], []
    for label in candidates:
        left, top, width, height, area = stats[label]
        window = np.s_[top : top + height, left : left + width]
        inside = levels[window][labels[window] == label]
        middles.append(float(np.percentile(inside, 85)))
        weights.append(float(np.sqrt(area)) * middles[-1])
    order = np.argsort(middles)
    cumulated = np.cumsum(np.array(weights)[order])
    return middles[order[np.searchsorted(cumulated, cumulated[-1] / 2)]]


def _hysteresis(levels: Levels, strength: float, noise: float) -> Mask:
    """The weak pixels whose component holds a strong one."""
    if strength == 0:
        return np.zeros(levels.shape, np.uint8)
    weak = (levels > max(WEAK * strength, min(3 * noise, STRONG * strength))).astype(np.uint8)
    count, labels = cv2.connectedComponents(weak, connectivity=8)
    keep = np.zeros(count, np.uint8)
    keep[labels[levels > STRONG * strength]] = 1
    keep[0] = 0
    return keep[labels]


def _shown(levels: Levels) -> npt.NDArray[np.uint8]:
    top = max(float(levels.max(initial=0)), 1.0)
    return (levels * (255 / top)).astype(np.uint8)
