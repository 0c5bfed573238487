"""Places of a strip in the picture that it was cut out of."""

from __future__ import annotations

import numpy as np

from tenfold.reading.locate.found_strips import FoundStrip


def strip(to_picture: list[list[float]], sag: float = 0.0) -> FoundStrip:
    return FoundStrip(np.zeros((32, 100), np.uint8), np.array(to_picture), 0, 44.0, 1.0, sag)


def test_a_box_is_scaled_and_moved() -> None:
    found = strip([[2, 0, 10], [0, 2, 30]])
    assert found.box_in_picture(5, 0, 15, 32) == (20, 30, 40, 94)


def test_a_box_of_a_turned_strip_is_the_upright_one_around_it() -> None:
    found = strip([[0, -1, 50], [1, 0, 0]])  # a quarter of a turn
    assert found.box_in_picture(0, 0, 10, 20) == (30, 0, 50, 10)


def test_a_row_that_sags_lies_lower_in_its_middle() -> None:
    found = strip([[1, 0, 0], [0, 1, 0]], sag=6.0)
    points = found.points_in_picture([(0, 16), (50, 16), (100, 16)])
    np.testing.assert_allclose(points[:, 1], [16, 22, 16])
