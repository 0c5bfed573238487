from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("cv2", reason="strips are composed with OpenCV")

from tenfold.training.strips.compose import WIDTH_MAX, random_strip
from tenfold.training.strips.glyph_bank import GlyphBank


def test_strips_follow_the_contract(bank: GlyphBank) -> None:
    rng = np.random.default_rng(0)
    for _ in range(60):
        strip = random_strip([bank], rng)
        height, width = strip.pixels.shape
        assert strip.pixels.dtype == np.uint8
        assert height == 32
        assert width % 4 == 0
        assert 16 <= width <= WIDTH_MAX + 4
        assert len(strip.classes) == len(strip.boxes)
        assert ((strip.classes >= 1) & (strip.classes <= 17)).all()
        assert (strip.boxes[:, 0] < strip.boxes[:, 2]).all()
        assert strip.boxes[:, 2].max(initial=0) <= width + 4


def test_most_digits_can_be_seen(bank: GlyphBank) -> None:
    rng = np.random.default_rng(1)
    seen = []
    for _ in range(80):
        strip = random_strip([bank], rng)
        for which, box in zip(strip.classes, strip.boxes, strict=True):
            left, top, right, bottom = np.clip(box, 0, 4096).astype(int)
            if which <= 10:
                part = strip.pixels[top : max(top + 1, bottom), left : max(left + 1, right)]
                seen.append(
                    part.size > 0 and np.percentile(part, 95) > np.median(strip.pixels) + 20
                )
    assert np.mean(seen) > 0.95


def test_the_same_seed_gives_the_same_strip(bank: GlyphBank) -> None:
    first, second = (random_strip([bank], np.random.default_rng(7)) for _ in range(2))
    np.testing.assert_array_equal(first.pixels, second.pixels)


def test_some_strips_are_blank(bank: GlyphBank) -> None:
    rng = np.random.default_rng(2)
    assert any(len(random_strip([bank], rng).classes) == 0 for _ in range(200))
