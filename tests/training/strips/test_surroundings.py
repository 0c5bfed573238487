from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("cv2", reason="strips are composed with OpenCV")

from tenfold.training.strips.glyph_bank import GlyphBank
from tenfold.training.strips.glyphs import random_handwriting
from tenfold.training.strips.surroundings import cut_off, neighbours
from tenfold.training.strips.writing import written


def test_neighbours_stand_above_or_below(bank: GlyphBank) -> None:
    rng = np.random.default_rng(0)
    seen = 0
    for _ in range(20):
        hand = random_handwriting([bank], rng, height=40)
        ink = neighbours((96, 200), hand, rng, [bank], base=68.0)
        assert ink.shape == (96, 200)
        middle = ink[44:52]  # of the row itself
        seen += bool(ink.any())
        assert middle.sum() < 0.2 * ink.sum() or not ink.any()
    assert seen > 10


def test_what_is_cut_off_stands_at_an_end(bank: GlyphBank) -> None:
    rng = np.random.default_rng(1)
    for _ in range(20):
        hand = random_handwriting([bank], rng, height=40)
        line = written("12345", hand, rng, 96)
        ink = cut_off(line.ink.shape, hand, rng, line)
        width = ink.shape[1]
        assert not ink[:, 8 : width - 8].any()
