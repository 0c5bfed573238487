"""Dithered scans: black and white dots whose density stands for grey."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

EXTREME = 48  # levels from black or white: a dot, after JPEG too
DOTS = 0.97  # of the pixels
CHANGES = 0.12  # of neighbours that differ, from dot to paper; in strokes alone hardly 0.05 do
SPREAD = 1.4  # pixels: so wide a blur turns dots into grey

Pixels = npt.NDArray[np.uint8]


def without_dither(pixels: Pixels) -> Pixels:
    """The picture uint8 [h, w] or [h, w, 3] in shades of grey, where it is a dithered one;
    otherwise unchanged, and the same array."""
    grey = pixels if pixels.ndim == 2 else pixels[..., 1]
    black, white = grey <= EXTREME, grey >= 255 - EXTREME
    if float((black | white).mean()) < DOTS:
        return pixels
    if float((black[:, 1:] != black[:, :-1]).mean()) < CHANGES:
        return pixels
    return cv2.GaussianBlur(pixels, (0, 0), SPREAD).astype(np.uint8)
