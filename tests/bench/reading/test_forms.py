"""Counts of cells that were read right, lost, invented or wrong."""

import numpy as np
import pytest

pytest.importorskip("cv2", reason="the photo extra is not installed")

import readings
from bench.fixtures.filled_forms import FormPicture
from bench.reading.forms import scored


def form(*texts):
    cells = [
        (np.array([[x, 0], [x + 50, 0], [x + 50, 50], [x, 50]], float), text)
        for x, text in zip(range(0, 500, 50), texts, strict=False)
    ]
    return FormPicture(b"", tuple(cells))


def reading(*placed):
    digits = [readings.digit(answer, 0.99, box=(x, 10, x + 10, 40)) for answer, x in placed]
    return readings.reading((readings.number(*digits),))


def test_each_cell_is_right_lost_invented_wrong_or_empty():
    counts = scored(form("1", "23", "", "4", ""), reading((1, 10), (2, 60), (7, 110), (0, 900)))
    kinds = ("right", "wrong", "invented", "lost", "empty", "outside", "exact")
    assert [counts[kind] for kind in kinds] == [1, 1, 1, 1, 1, 1, 0]


def test_a_picture_is_exact_where_each_cell_is_right_in_order():
    assert scored(form("1", "", "23"), reading((1, 10), (2, 110), (3, 130)))["exact"] == 1
    assert scored(form("1", "", "23"), reading((2, 110), (3, 130), (1, 10)))["exact"] == 0
