from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("cv2", reason="strips are composed with OpenCV")

from tenfold.training.strips.glyph_bank import GlyphBank
from tenfold.training.strips.glyphs import random_handwriting
from tenfold.training.strips.writing import written


def test_each_character_has_a_box_with_its_ink(bank: GlyphBank) -> None:
    rng = np.random.default_rng(0)
    for _ in range(20):
        hand = random_handwriting([bank], rng, height=40)
        row = written("1.250,-", hand, rng, canvas=96)
        assert row.text == "1.250,-"
        assert row.boxes.shape == (7, 4)
        for left, top, right, bottom in row.boxes.astype(int).tolist():
            assert row.ink[top:bottom, left:right].max() > 0.3


def test_characters_stand_from_left_to_right(bank: GlyphBank) -> None:
    rng = np.random.default_rng(1)
    for _ in range(20):
        row = written("30000", random_handwriting([bank], rng, height=40), rng, canvas=96)
        middles = (row.boxes[:, 0] + row.boxes[:, 2]) / 2
        assert (np.diff(middles) > 0).all()


def test_spaces_have_no_box(bank: GlyphBank) -> None:
    rng = np.random.default_rng(2)
    row = written("12 34", random_handwriting([bank], rng, height=40), rng, canvas=96)
    assert row.text == "1234"
    assert len(row.boxes) == 4


def test_in_a_comb_each_character_stands_in_its_box(bank: GlyphBank) -> None:
    rng = np.random.default_rng(3)
    for _ in range(20):
        row = written("4711", random_handwriting([bank], rng, height=40), rng, canvas=96, comb=True)
        assert row.comb is not None
        for place, (left, _, right, _) in enumerate(row.boxes):
            middle = (left + right) / 2
            assert abs(middle - row.comb.middle(place)) < 0.5 * row.comb.pitch
        assert row.comb.cells >= row.comb.empty_before + 4
