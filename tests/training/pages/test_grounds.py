"""What people write on."""

import numpy as np
import pytest

pytest.importorskip("cv2")

from tenfold.training.pages import grounds

SHAPE = (200, 300)


def test_a_ground_is_of_its_size_and_says_whether_ink_on_it_is_bright():
    brights = []
    for seed in range(60):
        levels, bright = grounds.ground(np.random.default_rng(seed), *SHAPE, 30.0)
        assert levels.shape == SHAPE
        assert levels.dtype == np.float32
        assert (np.median(levels) < 125) >= bright
        brights.append(bright)
    assert 2 <= sum(brights) <= 25


@pytest.mark.parametrize("squared", [False, True])
def test_ruling_runs_across_and_squares_down_too(squared):
    levels = np.full(SHAPE, 220, np.float32)
    rng = np.random.default_rng(1)
    grounds.rule(rng, levels, 30.0, squared=squared)
    changed = levels != 220
    assert (changed.mean(axis=1) > 0.9).any()
    assert (changed.mean(axis=0) > 0.9).any() == squared


def test_lines_are_seen_on_the_paper():
    rng = np.random.default_rng(0)
    paper = np.full(SHAPE, 220, np.float32)
    levels = [grounds.line_level(rng, paper, weak=True) for _ in range(50)]
    assert all(level <= 220 - 8 + 1e-3 for level in levels)
    assert min(levels) >= 220 - 91


def test_grain_is_as_strong_as_asked():
    grain = grounds.grain(np.random.default_rng(0), *SHAPE, 3.0)
    assert grain.shape == SHAPE
    assert abs(grain.mean()) < 0.2
    assert 0.5 < grain.std() < 3.0
