"""Find the ink of a picture of one digit: bright on 0, whatever the polarity of the picture."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from tenfold.framing.image import GreyPicture

NOISE_SHARE = 0.15  # of the strongest contrast; weaker is paper, not ink


def ink_of(picture: GreyPicture) -> npt.NDArray[np.uint8]:
    """uint8 [height, width], ink bright on exactly 0, stretched to 255; all 0 for a plain picture.

    The ground is the median of the border; whatever differs from it, to the side on which the
    picture differs most, is ink.
    """
    border = np.concatenate([picture[0], picture[-1], picture[:, 0], picture[:, -1]])
    contrast = picture.astype(np.int16) - np.int16(np.median(border))
    if -int(contrast.min()) > int(contrast.max()):
        contrast = -contrast  # dark ink on a bright ground
    strongest = int(contrast.max())
    if strongest == 0:
        return np.zeros_like(picture)
    floor = NOISE_SHARE * strongest
    ink = np.clip((contrast.astype(np.float32) - floor) / (strongest - floor), 0, 1)
    return (255 * ink).round().astype(np.uint8)
