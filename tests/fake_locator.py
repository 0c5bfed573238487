"""A locator that knows where digits stand, in place of the network."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from tenfold.reading.locate.locate import Locate
from tenfold.reading.locate.pyramid import MARGIN, STRIDE, pyramid

Line = tuple[float, float, float, float, float]  # x0, y0, x1, y1 and the height of its digits


def knowing(
    grey: npt.NDArray[np.uint8], lines: Sequence[Line], *, bright: bool = False, turn: int = 0
) -> Locate:
    """A locator that finds writing on these lines of one picture; `turn` in quarters."""
    scales = {page.pixels.shape: page.scale for page in pyramid(grey)}

    def locate(pages: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
        _, height, width = pages.shape
        out = np.zeros((1, 8, height // STRIDE, width // STRIDE), np.float32)
        out[:, :2] = -9
        out[:, 3] = 9 if bright else -9
        out[:, 4 + turn] = 9
        scale = scales.get((height, width))
        if scale is None:
            return out
        y, x = np.mgrid[0 : height // STRIDE, 0 : width // STRIDE] * STRIDE + 1.5
        x, y = ((v - MARGIN + 0.5) / scale - 0.5 for v in (x, y))
        for x0, y0, x1, y1, size in lines:
            if not 9 <= size * scale <= 22:
                continue
            middle = y0 + (y1 - y0) * (x - x0) / (x1 - x0)
            band = (abs(y - middle) < 0.3 * size) & (x >= x0) & (x <= x1)
            out[0, 0][band] = 5
            out[0, 2][band] = np.log(size * scale / 14)
        return out

    return locate
