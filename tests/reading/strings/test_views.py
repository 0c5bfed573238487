"""Views of a strip: what is written stays, and stands where it stood."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("cv2", reason="views are made with OpenCV")

from tenfold.framing.strip import BEYOND
from tenfold.reading.strings.views import LEAN, MOVED, other_views_of


def test_views_lean_to_both_sides_and_one_is_moved() -> None:
    strip = np.full((32, 64), 10, np.uint8)
    strip[4:29, 30:33] = 250  # a stroke that stands upright
    right, left, moved = other_views_of(strip)
    for view, lean in ((right, LEAN), (left, -LEAN), (moved, 0.0)):
        assert view.shape == strip.shape
        assert view.dtype == np.uint8
        middles = [np.flatnonzero(view[row] > 128).mean() for row in (8, 24)]
        assert middles[1] - middles[0] == pytest.approx(16 * lean, abs=1)
        assert np.mean(middles) == pytest.approx(31 + (MOVED[0] if lean == 0 else 0), abs=1)


def test_beyond_the_picture_nothing_appears_and_ground_stays_ground() -> None:
    strip = np.full((32, 64), 40, np.uint8)
    strip[:, 28:30] = 200
    strip[:, :16] = strip[:, 56:] = BEYOND
    for view in other_views_of(strip):
        assert (view[:, :8] == BEYOND).all()
        assert (view[:, 62:] == BEYOND).all()
        assert (view[:, 36:48] == 40).all()
