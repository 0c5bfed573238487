"""Numbers as people write them, and their marks."""

import numpy as np
import pytest

pytest.importorskip("cv2")

from tenfold.training.pages.marks import MARKS, mark_ink, number_text
from tenfold.training.strips.glyphs import random_handwriting


def test_numbers_have_digits_and_known_marks_alone():
    rng = np.random.default_rng(0)
    texts = [number_text(rng) for _ in range(500)]
    assert set("".join(texts)) == set("0123456789") | set(MARKS)
    assert all(any(c.isdigit() for c in text) for text in texts)
    assert any("000" in text for text in texts)
    assert max(map(len, texts)) > 9


def test_a_full_stop_stands_low_and_a_dash_in_the_middle(banks):
    rng = np.random.default_rng(0)
    hand = random_handwriting(banks, rng, 30.0)
    stop, low = mark_ink(".", hand, rng, 30.0)
    dash, middle = mark_ink("-", hand, rng, 30.0)
    assert low > 10 > abs(middle)
    assert dash.shape[1] > 2 * dash.shape[0]
    assert stop.shape[0] < 15
