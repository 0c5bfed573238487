from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("cv2", reason="strips are composed with OpenCV")

from tenfold.training.strips import grounds

SHAPE = (96, 300)


def paper() -> grounds.Paper:
    return np.full(SHAPE, 200, np.float32)


def test_paper_is_bright() -> None:
    rng = np.random.default_rng(0)
    for _ in range(30):
        assert np.median(grounds.random_paper(SHAPE, rng)) > 55


def test_a_comb_has_a_divider_at_each_end_of_each_box() -> None:
    sheet = paper()
    grounds.comb(sheet, np.random.default_rng(1), 68, 40, 20.0, 50.0, 5)
    row = sheet[60]
    for x in range(20, 271, 50):
        assert row[x - 6 : x + 7].min() < 190


def test_ruling_and_squares_and_print_darken_the_paper() -> None:
    rng = np.random.default_rng(2)
    for draw in (
        lambda sheet: grounds.ruling(sheet, rng, 68, 40),
        lambda sheet: grounds.squares(sheet, rng, 40),
        lambda sheet: grounds.security_print(sheet, rng),
        lambda sheet: grounds.cell(sheet, rng, 68, 40),
        lambda sheet: grounds.dividers(sheet, rng, [100.0]),
        lambda sheet: grounds.ring(sheet, rng, (100, 30, 200, 70)),
        lambda sheet: grounds.small_print(sheet, np.random.default_rng(3), 68, 40),
    ):
        sheet = paper()
        draw(sheet)
        assert sheet.min() < 195
        assert np.median(sheet) > 120
