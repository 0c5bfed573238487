"""Seams between digits that touch. Needs the photo extra."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("cv2", reason="the photo extra is not installed")

from tenfold.reading.find.cut import cut_mask


def test_a_seam_goes_where_the_ink_is_thin() -> None:
    mask = np.zeros((60, 100), np.uint8)
    mask[10:50, 5:45] = mask[10:50, 55:95] = 1
    mask[28:32, 45:55] = 1
    left, right = cut_mask(mask, cuts=1)
    assert 44 <= np.flatnonzero(left.any(axis=0)).max() <= 55
    np.testing.assert_array_equal(left + right, mask)


def test_pieces_that_were_cut_are_together_the_whole() -> None:
    mask = np.zeros((90, 200), np.uint8)
    for left in range(5, 180, 30):
        mask[10:80, left : left + 8] = mask[30 + left // 8, left : left + 35] = 1
    pieces = cut_mask(mask)
    assert len(pieces) > 3
    assert np.array_equal(np.sum(pieces, axis=0), mask)
