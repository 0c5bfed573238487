"""How a page comes into a picture."""

import numpy as np
import pytest

pytest.importorskip("cv2")

from tenfold.training.pages.optics import (
    local_scale,
    photographed,
    scanned,
    shaded,
    view,
)


def test_a_page_of_the_same_scale_is_seen_at_its_own_size():
    for seed in range(20):
        map_x, map_y = view(np.random.default_rng(seed), (256, 256), 256, 1.0)
        assert map_x.shape == map_y.shape == (256, 256)
        assert np.median(local_scale(map_x, map_y)) == pytest.approx(1.0, abs=0.2)


def test_a_larger_page_is_made_smaller():
    map_x, map_y = view(np.random.default_rng(0), (512, 512), 256, 2.0)
    assert np.median(local_scale(map_x, map_y)) == pytest.approx(2.0, abs=0.4)
    assert map_x.mean() == pytest.approx(255.5, abs=30)


def test_a_scan_is_the_page_or_black_and_white():
    page = np.tile(np.linspace(0, 255, 64, dtype=np.float32), (64, 1))
    kinds = [scanned(np.random.default_rng(seed), page) for seed in range(60)]
    changed = [levels for levels in kinds if levels is not page]
    assert 1 <= len(changed) < 30
    assert all(set(np.unique(levels)) <= {0, 255} for levels in changed)


def test_light_falls_off_and_never_turns_negative():
    page = np.full((64, 64), 200, np.float32)
    lit = [shaded(np.random.default_rng(seed), page) for seed in range(30)]
    assert any(np.ptp(levels) > 20 for levels in lit)
    assert all(levels.min() > 0 for levels in lit)


def test_a_photograph_is_uint8_of_the_same_size():
    page = np.tile(np.linspace(0, 255, 64, dtype=np.float32), (48, 1))
    for seed in range(30):
        picture = photographed(np.random.default_rng(seed), page)
        assert picture.dtype == np.uint8
        assert picture.shape == (48, 64)
        assert picture[:, -8:].mean() > picture[:, :8].mean()
