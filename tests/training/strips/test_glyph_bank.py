from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("cv2", reason="strips are composed with OpenCV")

from tenfold.training.strips.glyph_bank import glyph_bank


def test_a_bank_measures_slant_thickness_and_box() -> None:
    image = np.zeros((1, 28, 28), np.uint8)
    for row in range(4, 24):
        image[0, row, 20 - row // 2 : 24 - row // 2] = 255  # leans: x falls by 1 in 2 rows
    measured = glyph_bank(image, np.array([1]))
    assert measured.slants[0] == pytest.approx(-0.5, abs=0.05)
    assert measured.boxes[0].tolist() == [9, 4, 22, 24]
    assert 0.1 < measured.thicknesses[0] < 0.25  # 4 pixels of 20, seen askew


def test_writers_do_not_mix() -> None:
    images = np.zeros((20, 8, 8), np.uint8)
    images[:, 2:6, 2:6] = 255
    writers = np.repeat([0, 1], 10)
    bank = glyph_bank(images, np.arange(20) % 10, writers)
    assert bank.rows_of(1, 3).tolist() == [13]
    assert bank.everybody.tolist() == [0, 1]
