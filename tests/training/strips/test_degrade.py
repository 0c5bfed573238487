from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("cv2", reason="strips are composed with OpenCV")

from tenfold.training.strips.degrade import degraded, thresholded


def test_ink_stays_darker_than_paper() -> None:
    grey = np.full((64, 200), 180, np.float32)
    grey[20:44, 90:110] = 80
    rng = np.random.default_rng(0)
    for _ in range(60):
        result = degraded(grey, rng, clean=False, contrast=100)
        assert result.shape == grey.shape
        assert result.min() >= 0
        assert result.max() <= 255
        assert result[24:40, 94:106].mean() < result[:, :80].mean() - 30


def test_a_scan_of_one_bit_is_black_and_white() -> None:
    grey = np.random.default_rng(0).uniform(0, 255, (64, 90)).astype(np.float32)
    assert set(np.unique(thresholded(grey, np.random.default_rng(1), 100))) <= {0.0, 255.0}
