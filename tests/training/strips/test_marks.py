from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("cv2", reason="strips are composed with OpenCV")

from tenfold.training.strips.glyph_bank import GlyphBank
from tenfold.training.strips.glyphs import random_handwriting
from tenfold.training.strips.marks import mark_ink


@pytest.mark.parametrize("mark", list(".,-/:="))
def test_marks_are_drawn(mark: str, bank: GlyphBank) -> None:
    rng = np.random.default_rng(4)
    hand = random_handwriting([bank], rng, height=40)
    ink = mark_ink(mark, hand, rng).ink
    assert ink.max() > 0.5
    height, width = ink.shape
    assert (height < 30) == (mark not in "/")
    if mark in "-=":
        assert width > height
