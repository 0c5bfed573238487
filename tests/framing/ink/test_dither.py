"""Dots that stand for grey."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

cv2 = pytest.importorskip("cv2", reason="the photo extra is not installed")

from tenfold.framing.ink.dither import without_dither  # noqa: E402


def written() -> np.ndarray:
    page = np.full((90, 200), 170, np.uint8)
    cv2.putText(page, "47", (60, 65), cv2.FONT_HERSHEY_SIMPLEX, 1.8, 20, 5)
    return page


def test_a_dithered_page_becomes_grey() -> None:
    dots = np.asarray(Image.fromarray(written()).convert("1").convert("L"))
    assert set(np.unique(dots)) == {0, 255}
    grey = without_dither(dots)
    paper = grey[:20, :40]
    assert 130 < paper.mean() < 210
    assert paper.std() < dots[:20, :40].std() / 3


def test_thresholded_strokes_and_grey_pictures_stay() -> None:
    page = written()
    assert without_dither(page) is page
    strokes = np.where(page < 100, 0, 255).astype(np.uint8)
    assert without_dither(strokes) is strokes
