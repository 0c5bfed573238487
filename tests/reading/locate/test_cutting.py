from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("cv2", reason="strips are cut with OpenCV")

from tenfold.reading.locate.cutting import resampled


def test_beyond_the_picture_there_is_ground_and_no_stroke() -> None:
    picture = np.full((32, 40), 200, np.uint8)
    picture[10:14] = 20  # a stroke that is cut off at both sides
    row, beyond = resampled(picture, np.array([[1.0, 0, -12], [0, 1, 0]]), 64, 0.0)
    assert (row[:, :12] == 200).all()
    assert (row[:, 52:] == 200).all()
    assert (row[10:14, 12:52] == 20).all()
    assert not beyond[:, 12:52].any()
    assert beyond[:, :12].all()
    assert beyond[:, 52:].all()


def test_a_row_within_the_picture_is_cut_as_it_is() -> None:
    picture = np.random.default_rng(0).integers(0, 256, (60, 80)).astype(np.uint8)
    row, beyond = resampled(picture, np.array([[1.0, 0, 5], [0, 1, 7]]), 48, 0.0)
    assert np.array_equal(row, picture[7:39, 5:53])
    assert not beyond.any()
