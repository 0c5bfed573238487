"""The image contract: the ink fits a 20 x 20 box with its aspect ratio kept,
and its centre of mass sits at the centre of 28 x 28, as in MNIST
(http://yann.lecun.com/exdb/mnist/, "the original black and white images ...").
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PIL import Image

from tenfold.digits import INK_BOX, SIDE
from tenfold.framing.picture import GreyPicture, Picture

CENTRE_TOLERANCE = 1.0  # pixels; MNIST's own images lie within 0.7 of the centre
MARGIN_LEVEL = 32  # grey levels; the highest in the outermost ring of a framed image
SQUARES_MIN = 0.2  # squares of 2 x 2 ink pixels per ink pixel; the least of Kaggle's 42,000 is 0.33

Tile = npt.NDArray[np.uint8]  # [28, 28]


def frame_ink(ink: npt.NDArray[np.uint8]) -> Tile:
    """Frame ink uint8 [height, width], bright on 0, as a tile. All 0 if there is no ink."""
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    if len(rows) == 0:
        return np.zeros((SIDE, SIDE), np.uint8)
    cut = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    height, width = cut.shape
    scale = INK_BOX / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = np.asarray(Image.fromarray(cut).resize(size, Image.Resampling.BICUBIC))
    return _centred(small)


def _centred(small: npt.NDArray[np.uint8]) -> Tile:
    """Place ink of at most 20 x 20 pixels on a tile: its centre of mass comes to the tile's centre,
    to the nearest pixel, and all ink stays on the tile."""
    mass = small.astype(np.float64)
    height, width = small.shape
    centre_row = (mass.sum(axis=1) @ np.arange(height)) / mass.sum()
    centre_column = (mass.sum(axis=0) @ np.arange(width)) / mass.sum()
    top = int(np.clip(round((SIDE - 1) / 2 - centre_row), 0, SIDE - height))
    left = int(np.clip(round((SIDE - 1) / 2 - centre_column), 0, SIDE - width))
    tile = np.zeros((SIDE, SIDE), np.uint8)
    tile[top : top + height, left : left + width] = small
    return tile


def is_framed(picture: GreyPicture) -> bool:
    """Whether a picture is a tile already: 28 x 28, a dark ring, centred ink within 20 x 20, and
    strokes wider than one pixel."""
    if picture.shape != (SIDE, SIDE) or not picture.any():
        return False
    ring = np.concatenate([picture[0], picture[-1], picture[:, 0], picture[:, -1]])
    if ring.max() > MARGIN_LEVEL:
        return False
    rows, columns = np.flatnonzero(picture.any(axis=1)), np.flatnonzero(picture.any(axis=0))
    if max(np.ptp(rows), np.ptp(columns)) >= INK_BOX:
        return False
    ink = picture > 0
    squares = ink[:-1, :-1] & ink[1:, :-1] & ink[:-1, 1:] & ink[1:, 1:]
    if squares.sum() < SQUARES_MIN * ink.sum():
        return False
    mass = picture.astype(np.float64)
    middle = (SIDE - 1) / 2
    off_rows = (mass.sum(axis=1) @ np.arange(SIDE)) / mass.sum() - middle
    off_columns = (mass.sum(axis=0) @ np.arange(SIDE)) / mass.sum() - middle
    return bool(max(abs(off_rows), abs(off_columns)) <= CENTRE_TOLERANCE)


def tile_of(picture: Picture) -> Tile:
    """The tile of a picture of one digit; a picture that is a tile already is not changed.

    Raises MissingExtraError where OpenCV is needed and absent.
    """
    grey = picture.grey
    if is_framed(grey):
        return grey
    from tenfold.framing.ink import ink_of, stroke_of, without_specks

    ink = ink_of(picture)
    return frame_ink(stroke_of(ink.levels, without_specks(ink.mask))[0])
