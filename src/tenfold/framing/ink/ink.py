"""From a picture to its ink, step by step: sheet, polarity, paper, ruling, binarisation."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

from tenfold.framing.ink.binarisation import Mask, binarised
from tenfold.framing.ink.components import Components, components_of
from tenfold.framing.ink.paper import (
    CONTRAST_MIN,
    NOISE_SIGMAS,
    SMALL,
    Levels,
    calmed,
    paper_of,
    plain_ground,
    shrunk,
    summed,
)
from tenfold.framing.ink.polarity import ink_is_dark
from tenfold.framing.ink.ruling import without_ruling
from tenfold.framing.ink.sheet import WHOLE, Window, sheet_alone
from tenfold.framing.percentile import median, percentile
from tenfold.framing.picture import Picture

PAPER_SIDE = 640  # pixels of the copy from which the light of the paper is estimated
SURROUNDINGS = 0.08  # of the side: the mean thickness from which a thing at the edge is no stroke
INK_EXTENT = 0.02  # of the side: smaller ink does not count against it
SHADE = (0.8, 2.5)  # how far ink in bright light or in shadow is evened out

Stage = tuple[str, npt.NDArray[np.uint8]]  # a name and a picture


@dataclass(frozen=True, eq=False)
class Ink:
    """The ink of a picture.

    `levels` float32 [h, w]: the amount of ink, 0 on paper, most in the middle of a stroke. `mask`
    uint8 [h, w]: 1 on strokes. `plain`: the paper has a single colour, as programs make it.
    `ruled`: ruled lines were removed. `stages`: name and picture of each step.
    """

    levels: Levels
    mask: Mask
    plain: bool
    ruled: bool = False
    notes: tuple[str, ...] = ()
    stages: tuple[Stage, ...] = ()


def ink_of(picture: Picture, *, stages: bool = False) -> Ink:
    """The ink of a picture; where there is none, the mask is 0 everywhere."""
    small = shrunk(picture.pixels, SMALL)
    pixels, window = _sheet_of(picture.pixels, small)
    if window is not WHOLE:
        small = shrunk(pixels, SMALL)
    dark = ink_is_dark(_grey(small))
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
    ink = Ink(levels, binarised(levels, floor, noise), plain, ruled, notes)
    return replace(ink, stages=_stages(picture.pixels, flattened, ink)) if stages else ink


def _sheet_of(
    pixels: npt.NDArray[np.uint8], small: npt.NDArray[np.uint8]
) -> tuple[npt.NDArray[np.uint8], Window]:
    """The picture without the surroundings of a sheet of paper, and the window of the sheet."""
    return (pixels, WHOLE) if plain_ground(pixels) is not None else sheet_alone(pixels, small)


def _without_ruling(levels: Levels, noise: float, window: Window) -> tuple[Levels, bool]:
    """The levels without ruling, which ends at the sheet's edge; and whether there was any."""
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


def _contrast(pixels: npt.NDArray[np.uint8], dark: bool) -> tuple[Levels, float, bool]:
    """The contrast of each pixel to the paper around it, in the direction of the ink's colour; the
    standard deviation of the paper; and whether the paper is plain."""
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
    """The levels without components at the edge that are too thick for strokes (a table, the shadow
    of a telephone), provided that other ink remains."""
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
    """The candidates, bool [n], of which most pixels lie in squares of `width`: a table does, the
    mesh of squared paper with its ink does not."""
    step = max(1, max(components.labels.shape) // SMALL)
    labels = components.labels[::step, ::step]
    mask = np.take(candidates.astype(np.uint8), labels) * (labels > 0)
    wide = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((max(2, int(width / step)),) * 2))
    count = len(candidates)
    area = np.bincount(labels[mask > 0], minlength=count)
    solid: npt.NDArray[np.bool_] = 2 * np.bincount(labels[wide > 0], minlength=count) > area
    return candidates & solid


def _ink_colour(contrast: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """The direction of the strongest contrast to the paper, float32 [3], with sum 1, so that a
    difference of grey keeps its size. Blue ink weighs red; green ink weighs blue and red."""
    flat = np.maximum(contrast.reshape(-1, 3), 0)
    size = summed(flat)
    strong = flat[size >= max(0.5 * percentile(size, 99.8), 1.0)]
    if len(strong) == 0:
        return np.array([0.299, 0.587, 0.114], np.float32)
    direction = strong.mean(axis=0)
    direction = direction + 0.15 * direction.max()  # some of every channel calms the noise
    return (direction / direction.sum()).astype(np.float32)


def _shown(levels: Levels) -> npt.NDArray[np.uint8]:
    top = max(float(levels.max(initial=0)), 1.0)
    return (levels * (255 / top)).astype(np.uint8)
