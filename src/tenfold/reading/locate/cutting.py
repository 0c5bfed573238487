"""From a run of digits in a picture to its strip."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from tenfold.framing.strip import (
    STRIP_DIGIT_HEIGHT,
    STRIP_HEIGHT,
    STRIP_MIDDLE,
    STRIP_WIDTH_MAX,
    STRIP_WIDTH_MIN,
    STRIP_WIDTH_STEP,
    strip_of,
)
from tenfold.reading.detections import Box
from tenfold.reading.locate.dividers import BAND_HEIGHT, teeth_of
from tenfold.reading.locate.found_strips import FoundStrip
from tenfold.reading.locate.pyramid import Grey
from tenfold.reading.locate.runs import Run

REACH = 900  # pixels of the strip to each side, in which dividers are looked for
AROUND = 0.75  # of a digit's height to each side: marks and tails that the locator left out
AT_EDGE = 0.12  # of a digit's height: writing so near the picture's edge may be cut off


def cut_strip(grey: Grey, run: Run, row: int, room: tuple[float, float]) -> FoundStrip:
    """The strip of a run. `room`: the picture's x to which it may reach on each side, where
    neighbours begin."""
    to_picture, width, sag = placement(run, room)
    pixels, beyond = resampled(grey, to_picture, width, sag)
    strip = strip_of(pixels, ink_is_dark=run.bright < 0.5, beyond=beyond)
    edge = AT_EDGE * run.height
    cut_off = run.x0 < edge, run.x1 > grey.shape[1] - edge
    return FoundStrip(
        strip, to_picture, row, run.height, run.score, sag, cut_off=cut_off, other=run.other
    )


def teeth_along(grey: Grey, strip: FoundStrip, *, ink_is_dark: bool) -> list[tuple[Box, bool]]:
    """The cells of a comb along a strip's row, to both sides of it too: boxes in the picture, and
    whether nothing is written in each."""
    to_picture, width = strip.to_picture, strip.pixels.shape[1]
    scale = float(np.hypot(*to_picture[:, 0]))
    before = int(min(REACH, max(0.0, to_picture[0, 2] / scale)))
    after = int(min(REACH, max(0.0, grey.shape[1] / scale - to_picture[0, 2] / scale - width)))
    above = (BAND_HEIGHT - STRIP_HEIGHT) // 2
    band_to_picture = to_picture.copy()
    band_to_picture[:, 2] -= before * to_picture[:, 0] + above * to_picture[:, 1]
    band, _ = resampled(grey, band_to_picture, before + width + after, 0.0, BAND_HEIGHT)
    teeth = teeth_of(255 - band if ink_is_dark else band)
    if not any(left < before + width and right > before for left, right, _ in teeth):
        return []
    middle, half = STRIP_MIDDLE, STRIP_DIGIT_HEIGHT // 2
    return [
        (
            strip.box_in_picture(left - before, middle - half, right - before, middle + half),
            is_empty,
        )
        for left, right, is_empty in teeth
    ]


def placement(run: Run, room: tuple[float, float]) -> tuple[npt.NDArray[np.float64], int, float]:
    """The map from a strip to the picture, float64 [2, 3], the strip's width and its sag."""
    scale = run.height / STRIP_DIGIT_HEIGHT  # of the picture's pixels for each of the strip's
    angle = np.arctan(run.slope)
    along = np.array([np.cos(angle), np.sin(angle)])
    left = max(room[0], run.x0 - AROUND * run.height)
    right = min(room[1], run.x1 + AROUND * run.height)
    length = max(1.0, right - left) / along[0] / scale
    width = int(
        np.clip(-(-length // STRIP_WIDTH_STEP) * STRIP_WIDTH_STEP, STRIP_WIDTH_MIN, STRIP_WIDTH_MAX)
    )
    middle = (left + right) / 2
    # the centre of the strip lies on the straight line between the ends of the run
    centre = np.array([middle, run.y0 + run.slope * (middle - run.x0)])
    down = np.array([-along[1], along[0]])
    corner = centre - scale * ((width - 1) / 2 * along + STRIP_MIDDLE * down)
    to_picture = np.column_stack([scale * along, scale * down, corner])
    reach = (run.length / max(1.0, right - left)) ** 2
    return to_picture, width, run.sag / scale / max(reach, 0.2)


def resampled(
    grey: Grey,
    to_picture: npt.NDArray[np.float64],
    width: int,
    sag: float,
    height: int = STRIP_HEIGHT,
) -> tuple[Grey, npt.NDArray[np.bool_]]:
    """Cut a row out of the picture at a strip's size, uint8 [height, width], without aliasing; and
    say which of its pixels lie beyond the picture.

    What lies beyond the picture gets the median of the rest: strokes that are cut off would go on
    there as lines if the picture's edge were repeated.
    """
    y, x = np.mgrid[0:height, 0:width].astype(np.float64)
    along = x / width
    y = y + sag * 4 * along * (1 - along)
    (a, b, c), (d, e, f) = to_picture
    map_x, map_y = a * x + b * y + c, d * x + e * y + f
    beyond = _beyond(grey, map_x, map_y)
    window, corner = _window(grey, map_x, map_y)
    map_x, map_y = map_x - corner[0], map_y - corner[1]
    scale = float(np.hypot(a, d))
    if scale > 1:
        size = [max(1, round(side / scale)) for side in window.shape[::-1]]
        factors = [side / small for side, small in zip(window.shape[::-1], size, strict=True)]
        window = cv2.resize(window, size, interpolation=cv2.INTER_AREA)
        map_x, map_y = (map_x + 0.5) / factors[0] - 0.5, (map_y + 0.5) / factors[1] - 0.5
    maps = map_x.astype(np.float32), map_y.astype(np.float32)
    way = cv2.INTER_LINEAR if scale > 1 else cv2.INTER_CUBIC
    row = cv2.remap(window, *maps, way, borderMode=cv2.BORDER_REPLICATE)
    if beyond.any() and not beyond.all():
        row[beyond] = np.median(row[~beyond])
    return row, beyond


def _beyond(
    grey: Grey, map_x: npt.NDArray[np.float64], map_y: npt.NDArray[np.float64]
) -> npt.NDArray[np.bool_]:
    """Which pixels of a row lie beyond the picture."""
    height, width = grey.shape
    across = (map_x < -0.5) | (map_x > width - 0.5)
    beyond: npt.NDArray[np.bool_] = across | (map_y < -0.5) | (map_y > height - 0.5)
    return beyond


def _window(
    grey: Grey, map_x: npt.NDArray[np.float64], map_y: npt.NDArray[np.float64]
) -> tuple[Grey, tuple[int, int]]:
    """The part of the picture that a strip needs, and its left top corner."""
    height, width = grey.shape
    left, top = int(map_x.min()) - 2, int(map_y.min()) - 2
    left, top = min(max(0, left), width - 1), min(max(0, top), height - 1)
    right, bottom = int(map_x.max()) + 3, int(map_y.max()) + 3
    right, bottom = max(left + 1, min(width, right)), max(top + 1, min(height, bottom))
    return grey[top:bottom, left:right], (left, top)
