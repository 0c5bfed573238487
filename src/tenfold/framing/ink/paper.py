"""The paper of a picture: its colour and its light, shadows included."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from tenfold.framing.ink.components import Components, components_of
from tenfold.framing.percentile import median, percentile

SMALL = 320  # pixels; polarity and colours are judged on a copy of this size
PLAIN = 1.0  # levels; a ground that varies no more was made by a program
FIT_SIDE, FIT_ROUNDS = 64, 4  # pixels and rounds to fit the slow light with
REACHES = (0.02, 0.04, 0.08, 0.16, 0.3)  # of the side: how wide strokes may be
STROKE_MAX = 0.4  # of the shorter side: none is wider
SATURATED = (1.15, 1.4)  # a larger closing gives no more than this: strokes are off, or nearly
MUCH_STRONGER = 2.5  # so much stronger are strokes beside the faint lines of ruled paper
CONTRAST_MIN = 6.0  # levels; weaker is invisible
NOISE_SIGMAS = 5.0  # what stands out of the noise by this many is no noise

Levels = npt.NDArray[np.float32]  # [height, width]


def shrunk(pixels: npt.NDArray[Any], side: int) -> npt.NDArray[Any]:
    scale = side / max(pixels.shape[:2])
    if scale >= 1:
        return pixels
    size = (max(1, round(pixels.shape[1] * scale)), max(1, round(pixels.shape[0] * scale)))
    return cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)


def summed(levels: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """[...] from [..., 3]; numpy's sum along so short an axis takes five times as long."""
    red, green, blue = np.moveaxis(levels, -1, 0)
    total: npt.NDArray[Any] = red + green + blue
    return total


def ring(levels: npt.NDArray[Any]) -> npt.NDArray[Any]:
    return np.concatenate([levels[0], levels[-1], levels[:, 0], levels[:, -1]])


def plain_ground(pixels: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32] | None:
    """The colour of the ring, float32 [1] or [3], if it has one colour: drawings, whose ink may
    cover more than half."""
    edge = ring(pixels).astype(np.float32)
    colour = median_colour(edge).astype(np.float32)
    if median(np.abs(edge - colour)) > PLAIN:
        return None
    return colour


def median_colour(levels: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """The median of each channel, [channels], of levels [n] or [n, channels]."""
    return np.array([median(channel) for channel in levels.reshape(len(levels), -1).T])


def slow_light(pixels: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
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
        kept = off <= 2 * median(off)
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    y, x = y / height - 0.5, x / width - 0.5
    surface = np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=2) @ factors
    return surface.reshape(pixels.shape).astype(np.float32)


def paper_of(pixels: npt.NDArray[np.uint8], dark: bool) -> npt.NDArray[np.float32]:
    """The paper without what is narrower than a stroke may be: a closing, for dark ink. It keeps
    shadows, if they are wider than strokes."""
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
    """Which of REACHES is that of the smallest closing that takes whole strokes off: with the
    next larger one, they come out no stronger. Shadows are wider, and stay on the paper's side.
    `levels` have dark ink."""
    sizes = _sizes(levels.shape)
    coarse = np.clip(levels - median(levels) + 160, 0, 255).astype(np.uint8)
    hats = [cv2.subtract(_closed(coarse, size), coarse) for size in sizes]
    whole = [_whole_strokes(hats[i], hats[i + 1], 2 * sizes[i]) for i in range(len(hats) - 1)]
    for limit in SATURATED:
        chosen, chosen_strength = len(sizes) - 1, 0.0
        for i, (strength, more) in enumerate(whole):
            if more <= limit and strength > MUCH_STRONGER * chosen_strength:
                chosen, chosen_strength = i, strength
        if chosen_strength > 0:
            return _with_bold_strokes(hats, sizes, chosen)
    return len(sizes) - 1


def _with_bold_strokes(
    hats: Sequence[npt.NDArray[np.uint8]], sizes: Sequence[int], chosen: int
) -> int:
    """The same reach, or a larger one where only that takes the strongest strokes off: bold digits
    on squared paper, of which the lines are most. Shadows come in from the picture's edge."""
    above, components, long = _long(hats[chosen], 2 * sizes[chosen])
    strongest = percentile(above[components.where(long) > 0], 97)
    for i in range(chosen + 1, len(sizes) - 1):
        above, components, long = _long(cv2.subtract(hats[i], hats[chosen]), sizes[i])
        more = above[components.where(long & ~components.at_edge) > 0]
        if len(more) and (strength := percentile(more, 85)) > strongest:
            chosen, strongest = i, strength
    return chosen


def _long(
    hat: npt.NDArray[np.uint8], extent_min: int
) -> tuple[Levels, Components, npt.NDArray[np.bool_]]:
    """Levels above the noise, what stands out of it, and which of that is long."""
    above, noise = calmed(hat.astype(np.float32))
    mask = (above > max(CONTRAST_MIN, NOISE_SIGMAS * noise)).astype(np.uint8)
    components = components_of(mask)
    long: npt.NDArray[np.bool_] = components.extents >= extent_min
    return above, components, long


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
    above, components, long = _long(hat, extent_min)
    if (long & ~components.at_edge)[1:].any():
        long &= ~components.at_edge
    inside = components.where(long) > 0
    if not inside.any():
        return 0.0, 0.0
    ratio = median(larger[inside]) / max(1.0, median(hat[inside]))
    return percentile(above[inside], 85), ratio


def calmed(levels: Levels) -> tuple[Levels, float]:
    """Levels with the paper at 0, nothing below it; and the standard deviation of the paper, told
    from the side on which there is no ink."""
    step = max(1, max(levels.shape) // 250)
    sample = levels[::step, ::step]
    paper = median(sample)
    below = sample[sample < paper]
    # half a bell, of which the median is 0.674 sigma; a plain ground has hardly anything below
    noisy = len(below) > 0.2 * sample.size
    noise = median(paper - below) / 0.674 if noisy else 0.0
    return np.maximum(levels - paper, 0), noise
