from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("cv2", reason="strips are composed with OpenCV")

from tenfold.training.strips.glyph_bank import GlyphBank
from tenfold.training.strips.glyphs import digit_ink, other_ink, random_handwriting


def test_a_hand_writes_digits_of_its_height(bank: GlyphBank) -> None:
    rng = np.random.default_rng(0)
    for _ in range(30):
        hand = random_handwriting([bank], rng, height=44)
        hand.size_spread = 0.0
        height, width = digit_ink(3, hand, rng).shape
        assert 0.7 * 44 <= height <= 1.5 * 44
        assert width > 2


def test_ink_stays_strong_however_thin_the_pen(bank: GlyphBank) -> None:
    rng = np.random.default_rng(1)
    for _ in range(20):
        hand = random_handwriting([bank], rng, height=30)
        hand.bank, hand.writer, hand.font, hand.thickness = bank, -1, None, 1.2
        assert digit_ink(7, hand, rng).max() > 0.9


def test_letters_have_ink(bank: GlyphBank) -> None:
    rng = np.random.default_rng(2)
    hand = random_handwriting([bank], rng, height=40)
    assert all(other_ink(hand, rng).max() > 0.5 for _ in range(40))
