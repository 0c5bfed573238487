"""Banks of single digits, measured, from which strips and pages are written."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, eq=False)
class GlyphBank:
    """Images of single digits, uint8 [n, h, w], ink bright; by digit, with their slant (shift in x
    for each pixel down) and thickness (ink for each pixel of its skeleton, in shares of its
    height). `writers` int [n]; rows of one writer are taken for one string where it is >= 0."""

    images: npt.NDArray[np.uint8]
    labels: npt.NDArray[np.int64]
    writers: npt.NDArray[np.int64]
    slants: npt.NDArray[np.float32]
    thicknesses: npt.NDArray[np.float32]
    boxes: npt.NDArray[np.int32]  # [n, 4]: left, top, right, bottom of the ink
    by_digit: dict[tuple[int, int], npt.NDArray[np.int64]]
    everybody: npt.NDArray[np.int64]  # the writers that there are

    def rows_of(self, writer: int, digit: int) -> npt.NDArray[np.int64]:
        return self.by_digit[writer, digit]


def glyph_bank(
    images: npt.NDArray[np.uint8],
    labels: npt.NDArray[np.int64],
    writers: npt.NDArray[np.int64] | None = None,
) -> GlyphBank:
    """A bank of digits, uint8 [n, h, w] with bright ink; `writers` -1 is anybody."""
    writers = np.full(len(images), -1) if writers is None else writers
    measures = [_measure(image) for image in images]
    slants, thicknesses, boxes = (np.array(values) for values in zip(*measures, strict=True))
    by_digit = {
        (int(writer), digit): np.flatnonzero((writers == writer) & (labels == digit))
        for writer in np.unique(writers)
        for digit in range(10)
    }
    return GlyphBank(
        images,
        labels,
        writers,
        slants.astype(np.float32),
        thicknesses.astype(np.float32),
        boxes.astype(np.int32),
        by_digit,
        np.unique(writers),
    )


def _measure(image: npt.NDArray[np.uint8]) -> tuple[float, float, tuple[int, int, int, int]]:
    ink = image > 100
    if not ink.any():
        ink = image > 0
    y, x = np.nonzero(ink)
    left, top, right, bottom = int(x.min()), int(y.min()), int(x.max()) + 1, int(y.max()) + 1
    height = bottom - top
    dy = y - y.mean()
    slant = float(((x - x.mean()) * dy).sum() / max(1.0, (dy * dy).sum()))
    padded = np.pad(ink.astype(np.uint8), 1)
    distance = cv2.distanceTransform(padded, cv2.DIST_L2, 3)
    thickness = 4 * float(distance[distance > 0].mean()) - 1
    return slant, max(0.5, thickness) / height, (left, top, right, bottom)
