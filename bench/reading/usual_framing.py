"""The two ways in which tutorials bring a picture of a digit to 28 x 28, without a model."""

from __future__ import annotations

import cv2
import numpy as np
from PIL import Image

from tenfold.digits import SIDE
from tenfold.framing import Picture, frame_ink
from tenfold.framing.frame import Tile

BRIGHT = 128  # a picture whose mean is above is taken for dark ink on bright paper


def resized(picture: Picture) -> Tile:
    """Make the whole picture 28 x 28, grey, and inverted where it is bright."""
    grey = Image.fromarray(picture.grey).resize((SIDE, SIDE))
    levels: Tile = np.asarray(grey)
    return 255 - levels if levels.mean() >= BRIGHT else levels


def thresholded(picture: Picture) -> Tile:
    """Apply Otsu's threshold, take the rarer side of it as ink, and frame it as MNIST is: its box
    in 20 x 20, its centre of mass in the middle."""
    _, bright = cv2.threshold(picture.grey, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    mask = np.asarray(bright, np.uint8)
    return frame_ink(255 - mask if mask.mean() >= BRIGHT else mask)
