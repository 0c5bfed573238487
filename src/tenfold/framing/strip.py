"""The strip: a row of writing, or a cell, as the string reader expects it.

A strip is uint8 [32, w], 16 <= w <= 2048: grey, ink bright on a dark ground, not binarised; ruling
and boxes stay, for the reader has learned to ignore them. 0 is what lies beyond the picture, where
a stroke may be cut off; what the picture shows is 1 at least. Digits are 22 pixels high (the median
of the row), and their vertical middle lies at row 16. Readers are trained for 15 to 28 pixels, a
middle within 3 pixels of that, and a slope within 6 degrees.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from tenfold.framing.percentile import percentile

STRIP_HEIGHT = 32  # pixels
STRIP_DIGIT_HEIGHT = 22  # pixels: 5 above and below for tall digits, tails and a row that sags
STRIP_MIDDLE = 16  # the row of pixels at which the middle of the digits lies
STRIP_WIDTH_MIN, STRIP_WIDTH_MAX = 16, 2048
STRIP_WIDTH_STEP = 4  # the reader's stride divides each width
GROUND, INK = 10.0, 99.5  # percentiles of a strip that become 0 and 255
BEYOND = 0  # the level of what the picture does not show
CONTRAST_MIN = 24.0  # levels: weaker ink stays weak, so that the grain of blank paper does too

Strip = npt.NDArray[np.uint8]  # [32, w]


def strip_of(
    grey: npt.NDArray[np.uint8],
    *,
    ink_is_dark: bool,
    beyond: npt.NDArray[np.bool_] | None = None,
) -> Strip:
    """Stretch the levels of a row, uint8 [32, w], that was cut out at a strip's size. `beyond` says
    which of its pixels the picture does not show.

    Raises ValueError for another height, or a width that no strip has.
    """
    height, width = grey.shape
    if height != STRIP_HEIGHT or not STRIP_WIDTH_MIN <= width <= STRIP_WIDTH_MAX:
        raise ValueError(f"a row of {height} x {width} pixels is no strip")
    levels = 255 - grey if ink_is_dark else grey
    ground, ink = percentile(levels, GROUND), percentile(levels, INK)
    stretched = (levels.astype(np.float32) - ground) * (255.0 / max(ink - ground, CONTRAST_MIN))
    strip = np.clip(np.rint(stretched), BEYOND + 1, 255).astype(np.uint8)
    if beyond is not None:
        strip[beyond] = BEYOND
    return strip
