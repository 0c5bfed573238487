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
KERNELS = (3, 5, 7, 11, 17, 27, 45)  # pixels of the small copy: strokes from hairline to marker
SURROUNDINGS = 0.08  # of the side: the mean thickness from which a thing at the edge is no stroke
INK_EXTENT = 0.02  # of the side: smaller ink does not count against it
PLAIN = 2.0  # levels; a ground that varies no more was made by a program
FIT_SIDE, FIT_ROUNDS = 64, 4  # pixels and rounds to fit the slow light with
REACHES = (0.04, 0.08, 0.16, 0.3)  # of the side: how wide strokes may be
STROKE_MAX = 0.4  # of the shorter side: none is wider
SHADE = (0.8, 2.5)  # how far ink in bright light or in shadow is evened out
SATURATED = 1.15  # a larger closing gives no more than this: the strokes are off whole
MUCH_STRONGER = 2.5  # so much stronger are strokes beside the faint lines of ruled paper
CONTRAST_MIN = 6.0  # levels; weaker is invisible
NOISE_SIGMAS = 5.0  # what stands out of the noise by this many is no noise
WEAK, STRONG = 0.3, 0.5  # of the ink's level: hysteresis, so that faint ends of a stroke stay

Levels = npt.NDArray[np.float32]  # [height, width]
Mask = npt.NDArray[np.uint8]  # [height, width], 0 or 1


@dataclass(frozen=True, eq=False)
class Ink:
    """`levels` float32 [h, w]: how much ink, 0 on paper, about `strength` in a stroke's middle;
    `mask` uint8 [h, w]: 1 where there is a stroke; `ruled`: whether lines of the
    paper were taken off; `stages`: name and picture of each step."""

    levels: Levels
    mask: Mask
    strength: float
    ruled: bool = False
    notes: tuple[str, ...] = ()
    stages: tuple[tuple[str, npt.NDArray[np.uint8]], ...] = ()


def ink_of(picture: Picture, *, stages: bool = False) -> Ink:
    """The ink of a picture; strength 0 and an empty mask where there is none."""
    pixels = picture.pixels
    small = _shrunk(pixels, SMALL)
    dark = _ink_is_dark(_grey(small))
    levels, noise, plain = _contrast(pixels, dark)
    floor = max(CONTRAST_MIN, NOISE_SIGMAS * noise)
    if not plain:
        levels = _without_surroundings(levels, floor)
    notes: tuple[str, ...] = ("inverted",) if dark else ()
    seen = [("picture", pixels), ("flattened", _shown(levels))]
    levels, ruled = without_ruling(levels, noise)
    if ruled:
        notes += ("ruling removed",)
        seen.append(("ruling removed", _shown(levels)))
    smooth = cv2.GaussianBlur(levels, (0, 0), 1.0) if min(levels.shape) >= 100 else levels
    strength = _strength(smooth, floor)
    mask = _hysteresis(smooth, strength, noise)
    seen.append(("ink", mask * np.uint8(255)))
    return Ink(levels, mask, strength, ruled, notes, tuple(seen) if stages else ())


def _shrunk(pixels: npt.NDArray[Any], side: int) -> npt.NDArray[Any]:
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
    level = grey - _slow_light(grey)
    smooth = cv2.GaussianBlur(level, (0, 0), 0.8)
    balance = []
    for size in KERNELS:
        if size > STROKE_MAX * min(grey.shape):
            break
        kernel = np.ones((size, size), np.uint8)
        dark = cv2.morphologyEx(smooth, cv2.MORPH_BLACKHAT, kernel)
        bright = cv2.morphologyEx(smooth, cv2.MORPH_TOPHAT, kernel)
        # cubes: few strong pixels are ink, many weak ones are the paper's grain
        balance.append(np.log(((dark**3).mean() + 1e-3) / ((bright**3).mean() + 1e-3)))
    return max(balance) + min(balance) >= 0


def _contrast(pixels: npt.NDArray[np.uint8], dark: bool) -> tuple[Levels, float, bool]:
    """How much each pixel differs from the paper around it, towards the ink's colour; the
    paper's noise; and whether the paper is plain."""
    copy = _shrunk(pixels, PAPER_SIDE)
    plain = _plain_ground(copy)
    paper = _paper(copy, dark) if plain is None else plain
    sign = 1.0 if dark else -1.0
    weights = _ink_colour(sign * (paper - copy)) if copy.ndim == 3 else None
    if weights is not None:
        full = cv2.transform(pixels.astype(np.float32), weights[None])
        paper = cv2.transform(paper, weights[None])
    else:
        full, paper = pixels.astype(np.float32), paper
    height, width = full.shape
    if paper.shape != full.shape:
        paper = cv2.resize(paper, (width, height), interpolation=cv2.INTER_LINEAR)
    levels = sign * (paper - full)
    if plain is None and dark:
        # ink takes a share of the light: in shadow it differs by less
        levels *= np.clip(float(np.median(paper)) / np.maximum(paper, 1), *SHADE)
    if plain is not None:
        return np.maximum(levels, 0), 0.0, True
    return *_calmed(levels), False


def _plain_ground(pixels: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32] | None:
    """A picture of nothing but the colour of the ring, if the ring has one colour: drawings, whose
    ink may cover more than half."""
    ring = _ring(pixels).astype(np.float32)
    colour = np.median(ring, axis=0)
    if np.median(np.abs(ring - colour)) > PLAIN:
        return None
    return np.broadcast_to(colour.astype(np.float32), pixels.shape).copy()


def _slow_light(pixels: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    """A quadratic surface through the paper, float32 as pixels: light that falls off towards the
    edges, where a closing has nothing beyond to go by. What lies far off it is left out."""
    height, width = pixels.shape[:2]
    step = max(1, max(height, width) // FIT_SIDE)
    sample = pixels[::step, ::step].astype(np.float32)
    y, x = np.mgrid[0 : sample.shape[0], 0 : sample.shape[1]].astype(np.float32)
    y, x = y.ravel() * step / height - 0.5, x.ravel() * step / width - 0.5
    terms = np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=1)
    flat = sample.reshape(len(x), -1)
    kept = np.ones(len(x), bool)
    for _ in range(FIT_ROUNDS):
        factors = np.linalg.lstsq(terms[kept], flat[kept], rcond=None)[0]
        off = np.abs(flat - terms @ factors).sum(axis=1)
        kept = off <= 2 * np.median(off)
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    y, x = y / height - 0.5, x / width - 0.5
    surface = np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=2) @ factors
    return surface.reshape(pixels.shape).astype(np.float32)


def _paper(pixels: npt.NDArray[np.uint8], dark: bool) -> npt.NDArray[np.float32]:
    """The paper without what is narrower than a stroke may be: a closing, for dark ink. It keeps
    shadows, if they are wider than strokes."""
    slow = _slow_light(pixels)
    sign = 1.0 if dark else -1.0
    calm = cv2.medianBlur(pixels, 3) if min(pixels.shape[:2]) >= 100 else pixels
    uneven = sign * (calm - slow)
    reach = _stroke_reach(_shrunk(uneven if uneven.ndim == 2 else uneven.mean(axis=2), SMALL))
    size = _sizes(pixels.shape)[reach]
    closed = _closed(uneven, size)
    smooth = cv2.blur(closed, (size // 4 | 1, size // 4 | 1))
    # never above the closing: on the dark side of a sharp shadow that would be ink
    return slow + sign * np.minimum(closed, smooth)


def _closed(levels: Levels, size: int) -> Levels:
    return cv2.morphologyEx(levels, cv2.MORPH_CLOSE, np.ones((size, size), np.uint8))


def _stroke_reach(levels: Levels) -> int:
    """Which of REACHES is that of the smallest closing that takes whole strokes off: with the
    next larger one, they come out no stronger. Shadows are wider, and stay on the paper's side.
    `levels` have dark ink."""
    sizes = _sizes(levels.shape)
    coarse = np.clip(levels - np.median(levels) + 160, 0, 255).astype(np.uint8)
    hats = [cv2.subtract(_closed(coarse, size), coarse) for size in sizes]
    chosen, chosen_strength = len(sizes) - 1, 0.0
    for i, hat in enumerate(hats):
        strength, more = _whole_strokes(hat, hats[min(i + 1, len(hats) - 1)], 2 * sizes[i])
        if more <= SATURATED and strength > MUCH_STRONGER * chosen_strength:
            chosen, chosen_strength = i, strength
    return chosen


def _sizes(shape: tuple[int, ...]) -> list[int]:
    """The sizes of closings to try on a picture: odd, in pixels."""
    height, width = shape[:2]
    side = float(np.sqrt(height * width))
    shares = [min(share * side, STROKE_MAX * min(height, width)) for share in REACHES]
    return [max(3 + 2 * i, int(share)) | 1 for i, share in enumerate(shares)]


def _whole_strokes(
    hat: npt.NDArray[np.uint8], larger: npt.NDArray[np.uint8], extent_min: int
) -> tuple[float, float]:
    """The level of what stands out in `hat` and is long against its kernel, and how many times
    stronger the same is in the larger hat; (0, 0) where nothing is."""
    calmed, noise = _calmed(hat.astype(np.float32))
    mask = (calmed > max(CONTRAST_MIN, NOISE_SIGMAS * noise)).astype(np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    extent = np.maximum(stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT])
    long = extent >= extent_min
    long[0] = False
    if (long & ~_at_edge(stats, hat.shape)).any():
        long &= ~_at_edge(stats, hat.shape)
    inside = long[labels]
    if not inside.any():
        return 0.0, 0.0
    ratio = np.median(larger[inside]) / max(1.0, float(np.median(hat[inside])))
    return float(np.percentile(calmed[inside], 85)), float(ratio)


def _without_surroundings(levels: Levels, floor: float) -> Levels:
    """Levels without what touches the edge and is too thick for strokes (a table, a phone's
    shadow), where there is anything else."""
    mask = (levels > floor).astype(np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    extent = np.maximum(stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT])
    thickness = stats[:, cv2.CC_STAT_AREA] / np.maximum(extent, 1)
    side = max(levels.shape)
    outer = _at_edge(stats, levels.shape) & (thickness > SURROUNDINGS * side)
    outer[0] = False
    ink = ~outer & (extent > INK_EXTENT * side)
    ink[0] = False
    if not outer.any() or not ink.any():
        return levels
    return np.where(outer[labels], np.float32(0), levels)


def _at_edge(stats: npt.NDArray[np.int32], shape: tuple[int, ...]) -> npt.NDArray[np.bool_]:
    """Which components touch the picture's edge."""
    left, top = stats[:, cv2.CC_STAT_LEFT], stats[:, cv2.CC_STAT_TOP]
    right, bottom = left + stats[:, cv2.CC_STAT_WIDTH], top + stats[:, cv2.CC_STAT_HEIGHT]
    edges: npt.NDArray[np.bool_] = (
        (left == 0) | (top == 0) | (right == shape[1]) | (bottom == shape[0])
    )
    return edges


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
    step = max(1, max(levels.shape) // 250)
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
