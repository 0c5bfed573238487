"""Connected components of a mask."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt


class Components(NamedTuple):
    """`labels` int32 [h, w], 0 where the mask is 0; `stats` int32 [n, 5] as OpenCV gives them: box
    and area of each label. Row 0, that of the background, has no meaning."""

    labels: npt.NDArray[np.int32]
    stats: npt.NDArray[np.int32]

    @property
    def extents(self) -> npt.NDArray[np.int32]:
        """The longer side of each component's box, int32 [n]."""
        longer: npt.NDArray[np.int32] = np.maximum(
            self.stats[:, cv2.CC_STAT_WIDTH], self.stats[:, cv2.CC_STAT_HEIGHT]
        )
        return longer

    @property
    def at_edge(self) -> npt.NDArray[np.bool_]:
        """Which components touch the edge of the picture, bool [n]."""
        left, top, width, height = self.stats[:, :4].T
        rows, columns = self.labels.shape
        edges: npt.NDArray[np.bool_] = (
            (left == 0) | (top == 0) | (left + width == columns) | (top + height == rows)
        )
        return edges

    def where(self, chosen: npt.NDArray[np.bool_]) -> npt.NDArray[np.uint8]:
        """The mask uint8 [h, w] of the chosen components, bool [n]; the background stays 0."""
        return np.take(np.append(np.uint8(0), chosen[1:]), self.labels)


def components_of(mask: npt.NDArray[np.uint8]) -> Components:
    """The 8-connected components of a mask uint8 [h, w]."""
    # within the box of the ink: on a drawing, the background would take most of the time
    left, top, width, height = cv2.boundingRect(mask)
    right, bottom = max(1, left + width), max(1, top + height)
    left, top = left & ~1, top & ~1  # labels are given by blocks of 2 x 2: keep their order
    inside = np.s_[top:bottom, left:right]
    _, found, stats, _ = cv2.connectedComponentsWithStats(mask[inside], connectivity=8)
    labels = np.zeros(mask.shape, np.int32)
    labels[inside] = found
    stats[:, cv2.CC_STAT_LEFT] += left
    stats[:, cv2.CC_STAT_TOP] += top
    return Components(labels, stats)
