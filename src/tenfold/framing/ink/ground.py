"""Paper and ink apart: polarity, the ink's colour, its strength, and which pixels are strokes."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

from tenfold.framing.image import Picture
from tenfold.framing.ink.components import Components, components_of
from tenfold.framing.ink.page import WHOLE, Window, sheet_alone
from tenfold.framing.ink.paper import (
    CONTRAST_MIN,
    NOISE_SIGMAS,
    SMALL,
    STROKE_MAX,
    Levels,
    calmed,
    paper_of,
    plain_ground,
    ring,
    shrunk,
    slow_light,
    summed,
)
from tenfold.framing.ink.ruling import without_ruling
from tenfold.framing.percentile import median, percentile

PAPER_SIDE = 640  # pixels; and the paper's light on one of this
RING_UNIFORM = 0.04  # of the range of levels: a ring that varies less is a drawing's plain ground
KERNELS = (3, 5, 7, 11, 17, 27, 45)  # pixels of the small copy: strokes from hairline to marker
SURROUNDINGS = 0.08  # of the side: the mean thickness from which a thing at the edge is no stroke
INK_EXTENT = 0.02  # of the side: smaller ink does not count against it
SHADE = (0.8, 2.5)  # how far ink in bright light or in shadow is evened out
WEAK, STRONG = 0.3, 0.5  # of the ink's level: hysteresis, so that faint ends of a stroke stay

Stage = tuple[str, npt.NDArray[np.uint8]]  # a name and a picture
Mask = npt.NDArray[np.uint8]  # [height, width], 0 or 1


@dataclass(frozen=True, eq=False)
class Ink:
    """`levels` float32 [h, w]: how much ink, 0 on paper, most in a stroke's middle;
    `mask` uint8 [h, w]: 1 where there is a stroke; `plain`: whether the paper is of one colour, as
    a program makes it; `ruled`: whether its lines were taken off; `stages`: name and picture of
    each step."""

    levels: Levels
    mask: Mask
    plain: bool
    ruled: bool = False
    notes: tuple[str, ...] = ()
    stages: tuple[Stage, ...] = ()


def ink_of(picture: Picture, *, stages: bool = False) -> Ink:
    """The ink of a picture; an empty mask where there is none."""
    small = shrunk(picture.pixels, SMALL)
    pixels, window = _sheet_of(picture.pixels, small)
    if window is not WHOLE:
        small = shrunk(pixels, SMALL)
    dark = _ink_is_dark(_grey(small))
    levels, noise, plain = _contrast(pixels, dark)
    floor = max(CONTRAST_MIN, NOISE_SIGMAS * noise)
    if not plain:
        levels = _without_surroundings(levels, floor)
    notes: tuple[str, ...] = ("surroundings removed",) if window is not WHOLE else ()
    notes += ("inverted",) if dark else ()
    flattened = levels
    levels, ruled = _without_ruling(levels, noise, window)
    if ruled:
        notes += ("ruling removed",)
    smooth = cv2.GaussianBlur(levels, (0, 0), 1.0) if min(levels.shape) >= 100 else levels
    strength = _strength(smooth, floor)
    mask = _hysteresis(smooth, strength, noise)
    ink = Ink(levels, mask, plain, ruled, notes)
    return replace(ink, stages=_stages(picture.pixels, flattened, ink)) if stages else ink


def _sheet_of(
    pixels: npt.NDArray[np.uint8], small: npt.NDArray[np.uint8]
) -> tuple[npt.NDArray[np.uint8], Window]:
    """The picture without what a sheet of paper lies on, and where the sheet is."""
    return (pixels, WHOLE) if plain_ground(pixels) is not None else sheet_alone(pixels, small)


def _without_ruling(levels: Levels, noise: float, window: Window) -> tuple[Levels, bool]:
    """Ruling ends where the sheet does."""
    inside, ruled = without_ruling(np.ascontiguousarray(levels[window]), noise)
    if not ruled:
        return levels, False
    levels = levels.copy()
    levels[window] = inside
    return levels, True


def _stages(pixels: npt.NDArray[np.uint8], flattened: Levels, ink: Ink) -> tuple[Stage, ...]:
    ruling = [("ruling removed", _shown(ink.levels))] if ink.ruled else []
    return (
        ("picture", pixels),
        ("flattened", _shown(flattened)),
        *ruling,
        ("ink", ink.mask * np.uint8(255)),
    )


def _grey(pixels: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    return pixels if pixels.ndim == 2 else cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)


def _ink_is_dark(grey: npt.NDArray[np.uint8]) -> bool:
    """A plain ring is paper, and the ink is on the side that differs most from it. Where the ring
    is not plain, the ink is the side that has the thin things: top-hats against bottom-hats, but
    none above what differs from the paper that way: the hole of a dark 0 is no bright ink."""
    edge = ring(grey).astype(np.float32)
    paper = median(edge)
    lowest, highest = float(grey.min()), float(grey.max())
    uniform = median(np.abs(edge - paper)) <= RING_UNIFORM * (highest - lowest)
    if uniform or min(grey.shape) < KERNELS[0] / STROKE_MAX:
        return paper - lowest >= highest - paper
    level = cv2.GaussianBlur(grey - slow_light(grey), (0, 0), 0.8)
    level -= median(level)
    darker, brighter = np.maximum(-level, 0), np.maximum(level, 0)
    balance = []
    for size in KERNELS:
        if size > STROKE_MAX * min(grey.shape):
            break
        kernel = np.ones((size, size), np.uint8)
        dark = np.minimum(cv2.morphologyEx(level, cv2.MORPH_BLACKHAT, kernel), darker)
        bright = np.minimum(cv2.morphologyEx(level, cv2.MORPH_TOPHAT, kernel), brighter)
        # cubes: few strong pixels are ink, many weak ones are the paper's grain
        balance.append(np.log((_cubed(dark).mean() + 1e-3) / (_cubed(bright).mean() + 1e-3)))
    return max(balance) + min(balance) >= 0


def _cubed(levels: Levels) -> Levels:
    return levels * levels * levels  # ** 3 takes ten times as long


def _contrast(pixels: npt.NDArray[np.uint8], dark: bool) -> tuple[Levels, float, bool]:
    """How much each pixel differs from the paper around it, towards the ink's colour; the
    paper's noise; and whether the paper is plain."""
    copy = shrunk(pixels, PAPER_SIDE)
    plain = plain_ground(copy)
    paper = paper_of(copy, dark) if plain is None else np.full(copy.shape, plain, np.float32)
    full = pixels.astype(np.float32)
    if copy.ndim == 3:
        weights = _ink_colour(paper - copy if dark else copy - paper)[None]
        full, paper = cv2.transform(full, weights), cv2.transform(paper, weights)
    height, width = full.shape
    if paper.shape != full.shape:
        paper = cv2.resize(paper, (width, height), interpolation=cv2.INTER_LINEAR)
    levels = paper - full if dark else full - paper
    if plain is None and dark:
        # ink takes a share of the light: in shadow it differs by less
        shade = median(paper) / np.maximum(paper, 1)
        levels *= np.clip(shade, *SHADE, out=shade)
    if plain is not None:
        return np.maximum(levels, 0), 0.0, True
    return *calmed(levels), False


def _without_surroundings(levels: Levels, floor: float) -> Levels:
    """Levels without what touches the edge and is too thick for strokes (a table, a phone's
    shadow), where there is anything else."""
    components = components_of((levels > floor).astype(np.uint8))
    extents = components.extents
    thickness = components.stats[:, cv2.CC_STAT_AREA] / np.maximum(extents, 1)
    side = max(levels.shape)
    outer = components.at_edge & (thickness > SURROUNDINGS * side)
    if outer[1:].any():
        outer = _solid(components, outer, SURROUNDINGS * side)
    ink = ~outer & (extents > INK_EXTENT * side)
    if not outer[1:].any() or not ink[1:].any():
        return levels
    return np.where(components.where(outer), np.float32(0), levels)


def _solid(
    components: Components, candidates: npt.NDArray[np.bool_], width: float
) -> npt.NDArray[np.bool_]:
    """Those of the candidates, bool [n], most of whose pixels lie in squares of `width`: a table,
    and not the mesh of squared paper with the ink that lies on it."""
    step = max(1, max(components.labels.shape) // SMALL)
    labels = components.labels[::step, ::step]
    mask = np.take(candidates.astype(np.uint8), labels) * (labels > 0)
    wide = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((max(2, int(width / step)),) * 2))
    count = len(candidates)
    area = np.bincount(labels[mask > 0], minlength=count)
    solid: npt.NDArray[np.bool_] = 2 * np.bincount(labels[wide > 0], minlength=count) > area
    return candidates & solid


def _ink_colour(contrast: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """float32 [3]: the direction in which the strongest pixels differ from the paper, scaled so
    that a difference of grey keeps its size. Blue ink weighs red, green ink blue and red."""
    flat = np.maximum(contrast.reshape(-1, 3), 0)
    size = summed(flat)
    strong = flat[size >= max(0.5 * percentile(size, 99.8), 1.0)]
    if len(strong) == 0:
        return np.array([0.299, 0.587, 0.114], np.float32)
    direction = strong.mean(axis=0)
    direction = direction + 0.15 * direction.max()  # some of every channel calms the noise
    return (direction / direction.sum()).astype(np.float32)


def _strength(levels: Levels, floor: float) -> float:
    """The ink's level in the middle of strokes: the median over the components that stand out,
    by their size; 0 where there are none."""
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
    """The weak pixels whose component holds a strong one."""
    if strength == 0:
        return np.zeros(levels.shape, np.uint8)
    weak = (levels > max(WEAK * strength, min(3 * noise, STRONG * strength))).astype(np.uint8)
    count, labels = cv2.connectedComponents(weak, connectivity=8)
    keep = np.zeros(count, np.uint8)
    keep[labels[levels > STRONG * strength]] = 1
    keep[0] = 0
    return np.take(keep, labels)


def _shown(levels: Levels) -> npt.NDArray[np.uint8]:
    top = max(float(levels.max(initial=0)), 1.0)
    return (levels * (255 / top)).astype(np.uint8)
