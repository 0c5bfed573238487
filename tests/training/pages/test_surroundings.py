"""What lies around a page and on it."""

import numpy as np
import pytest

pytest.importorskip("cv2")
pytest.importorskip("matplotlib")

from tenfold.training.pages.surroundings import finger, frame, stamp, surround

SIDE = 128


def test_a_page_lies_on_something():
    for seed in range(20):
        levels = surround(np.random.default_rng(seed), SIDE, 210.0)
        assert levels.shape == (SIDE, SIDE)
        assert np.isfinite(levels).all()


@pytest.mark.parametrize("cover", [frame, finger, stamp])
def test_what_is_covered_is_said_and_nothing_else_changes(cover):
    covered_any = 0
    for seed in range(20):
        levels = np.full((SIDE, SIDE), 210.0, np.float32)
        covered = cover(np.random.default_rng(seed), levels)
        assert covered.shape == levels.shape
        assert (levels[covered == 0] == 210).all()
        covered_any += (levels != 210).any()
    assert covered_any >= 10
