"""The paper of a picture: its colour and its light, with shadows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from tenfold.framing.ink.components import Components, components_of
from tenfold.framing.percentile import median, percentile

SMALL = 320  # pixels of the copy from which polarity and colours are estimated
PLAIN = 1.0  # levels; a ground that varies less was made by a program
FIT_SIDE, FIT_ROUNDS = 64, 4  # pixels and rounds to fit the slow light with
REACHES = (0.02, 0.04, 0.08, 0.16, 0.3)  # of the side: how wide strokes may be
STROKE_MAX = 0.4  # of the shorter side: none is wider
SATURATED = (1.15, 1.4)  # the ratio by which a larger closing may raise strokes that are removed
MUCH_STRONGER = 2.5  # strokes over the faint lines of ruled paper
CONTRAST_MIN = 6.0  # levels; weaker is invisible
NOISE_SIGMAS = 5.0  # standard deviations; what exceeds the noise by so many is no noise

Levels = npt.NDArray[np.float32]  # [height, width]


def shrunk(pixels: npt.NDArray[Any], side: int) -> npt.NDArray[Any]:
    """The picture, resized where its longer side exceeds `side` pixels."""
    scale = side / max(pixels.shape[:2])
    if scale >= 1:
        return pixels
    size = (max(1, round(pixels.shape[1] * scale)), max(1, round(pixels.shape[0] * scale)))
    return cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)


def summed(levels: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The sum over the last axis, [...] from [..., 3]; numpy's sum along so short an axis takes
    five times as long."""
    red, green, blue = np.moveaxis(levels, -1, 0)
    total: npt.NDArray[Any] = red + green + blue
    return total


def ring(levels: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The outermost pixels, [n] of [h, w] or [n, 3] of [h, w, 3]."""
    return np.concatenate([levels[0], levels[-1], levels[:, 0], levels[:, -1]])


def plain_ground(pixels: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32] | None:
    """The colour of the ring, float32 [1] or [3]; None where it has more than one colour. Drawings
    have a plain ground, also where ink covers more than half."""
    edge = ring(pixels).astype(np.float32)
    colour = median_colour(edge).astype(np.float32)
    if median(np.abs(edge - colour)) > PLAIN:
        return None
    return colour


def median_colour(levels: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """The median of each channel, [channels], of levels [n] or [n, channels]."""
    return np.array([median(channel) for channel in levels.reshape(len(levels), -1).T])


def slow_light(pixels: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    """A quadratic surface fitted to the paper, float32 of the shape of `pixels`.

    It models light that falls off towards the edges, where a closing has no pixels beyond. Outliers
    are left out of the fit.
    """
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
        kept = off <= 2 * median(off)
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    y, x = y / height - 0.5, x / width - 0.5
    surface = np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=2) @ factors
    return surface.reshape(pixels.shape).astype(np.float32)


def paper_of(pixels: npt.NDArray[np.uint8], dark: bool) -> npt.NDArray[np.float32]:
    """The paper without structures as narrow as strokes, float32 of the shape of `pixels`: for dark
    ink, a morphological closing. Shadows that are wider than strokes stay."""
    slow = slow_light(pixels)
    sign = 1.0 if dark else -1.0
    calm = cv2.medianBlur(pixels, 3) if min(pixels.shape[:2]) >= 100 else pixels
    uneven = sign * (calm - slow)
    reach = _stroke_reach(shrunk(uneven if uneven.ndim == 2 else summed(uneven) / 3, SMALL))
    size = _sizes(pixels.shape)[reach]
    closed = _closed(uneven, size)
    smooth = cv2.blur(closed, (size // 4 | 1, size // 4 | 1))
    # never above the closing: on the dark side of a sharp shadow that would be ink
    return slow + sign * np.minimum(closed, smooth)


def _closed(levels: Levels, size: int) -> Levels:
    return cv2.morphologyEx(levels, cv2.MORPH_CLOSE, np.ones((size, size), np.uint8))


def _stroke_reach(levels: Levels) -> int:
    """The index in REACHES of the smallest closing that removes strokes completely: a larger one
    does not raise them. Shadows are wider and stay. `levels` have dark ink."""
    sizes = _sizes(levels.shape)
    coarse = np.clip(levels - median(levels) + 160, 0, 255).astype(np.uint8)
    hats = [cv2.subtract(_closed(coarse, size), coarse) for size in sizes]
    whole = [_whole_strokes(hats[i], hats[i + 1], 2 * sizes[i]) for i in range(len(hats) - 1)]
    for limit in SATURATED:
        chosen, chosen_strength = len(sizes) - 1, 0.0
        for i, (strength, ratio) in enumerate(whole):
            if ratio <= limit and strength > MUCH_STRONGER * chosen_strength:
                chosen, chosen_strength = i, strength
        if chosen_strength > 0:
            return _with_bold_strokes(hats, sizes, chosen)
    return len(sizes) - 1


def _with_bold_strokes(
    hats: Sequence[npt.NDArray[np.uint8]], sizes: Sequence[int], chosen: int
) -> int:
    """The chosen reach, or a larger one where only that removes the strongest strokes: bold digits
    on squared paper, where most ink is lines. Shadows touch the picture's edge and do not count."""
    above, components, long = _long(hats[chosen], 2 * sizes[chosen])
    strongest = percentile(above[components.where(long) > 0], 97)
    for i in range(chosen + 1, len(sizes) - 1):
        above, components, long = _long(cv2.subtract(hats[i], hats[chosen]), sizes[i])
        levels_of_strokes = above[components.where(long & ~components.at_edge) > 0]
        if not len(levels_of_strokes):
            continue
        if (strength := percentile(levels_of_strokes, 85)) > strongest:
            chosen, strongest = i, strength
    return chosen


def _long(
    hat: npt.NDArray[np.uint8], extent_min: int
) -> tuple[Levels, Components, npt.NDArray[np.bool_]]:
    """The levels above the paper, the components that exceed its noise, and which are long."""
    above, noise = calmed(hat.astype(np.float32))
    mask = (above > max(CONTRAST_MIN, NOISE_SIGMAS * noise)).astype(np.uint8)
    components = components_of(mask)
    long: npt.NDArray[np.bool_] = components.extents >= extent_min
    return above, components, long


def _sizes(shape: tuple[int, ...]) -> list[int]:
    """The sizes of the closings that are tried on a picture: odd numbers of pixels."""
    height, width = shape[:2]
    side = float(np.sqrt(height * width))
    shares = [min(share * side, STROKE_MAX * min(height, width)) for share in REACHES]
    return [max(3 + 2 * i, int(share)) | 1 for i, share in enumerate(shares)]


def _whole_strokes(
    hat: npt.NDArray[np.uint8], larger: npt.NDArray[np.uint8], extent_min: int
) -> tuple[float, float]:
    """The level of the long components of `hat`, and the ratio by which the larger closing raises
    them; (0, 0) where there are none."""
    above, components, long = _long(hat, extent_min)
    if (long & ~components.at_edge)[1:].any():
        long &= ~components.at_edge
    inside = components.where(long) > 0
    if not inside.any():
        return 0.0, 0.0
    ratio = median(larger[inside]) / max(1.0, median(hat[inside]))
    return percentile(above[inside], 85), ratio


def calmed(levels: Levels) -> tuple[Levels, float]:
    """Levels with the paper at 0 and no negative values; and the standard deviation of the paper,
    estimated from the side without ink."""
    step = max(1, max(levels.shape) // 250)
    sample = levels[::step, ::step]
    paper = median(sample)
    below = sample[sample < paper]
    # half of a normal distribution, whose median is 0.674 sigma; a plain ground has hardly any
    noisy = len(below) > 0.2 * sample.size
    noise = median(paper - below) / 0.674 if noisy else 0.0
    return np.maximum(levels - paper, 0), noise
