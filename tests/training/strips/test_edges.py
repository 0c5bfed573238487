from __future__ import annotations

import numpy as np

from tenfold.training.strips.edges import CUT_HIGH, CUT_WIDE, cut_picture


def test_beyond_the_cut_there_is_flat_ground() -> None:
    boxes = np.array([[60, 20, 80, 60], [90, 22, 110, 60]], np.float32)
    cut = 0
    for seed in range(40):
        rng = np.random.default_rng(seed)
        before = rng.uniform(0, 255, (96, 200)).astype(np.float32)
        grey = before.copy()
        hidden = cut_picture(grey, boxes, 40.0, rng)
        kept = grey == before
        assert np.array_equal(hidden, ~kept)
        high, wide = int(CUT_HIGH * 40) + 1, int(CUT_WIDE * 20) + 1  # pixels that may be lost
        assert kept[20 + high : 60 - high, 60 + wide : 110 - wide].all()
        beyond = grey[~kept]
        cut += len(beyond) > 0
        assert np.unique(beyond).size <= 1
    assert cut > 30


def test_blank_paper_has_no_writing_to_be_cut_at() -> None:
    grey = np.random.default_rng(0).uniform(0, 255, (96, 200)).astype(np.float32)
    same = grey.copy()
    assert not cut_picture(grey, np.zeros((0, 4), np.float32), 40.0, np.random.default_rng(0)).any()
    assert np.array_equal(grey, same)
