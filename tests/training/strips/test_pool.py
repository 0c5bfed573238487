from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("cv2", reason="strips are composed with OpenCV")

from tenfold.training.strips.compose import ComposedStrip, random_strip
from tenfold.training.strips.glyph_bank import GlyphBank
from tenfold.training.strips.pool import batches, read_strips, varied, write_strips


def test_strips_come_back_from_a_file(tmp_path: Path, bank: GlyphBank) -> None:
    rng = np.random.default_rng(0)
    strips = [random_strip([bank], rng) for _ in range(12)]
    write_strips(tmp_path / "0.npz", strips)
    for written, read in zip(strips, read_strips(tmp_path / "0.npz"), strict=True):
        np.testing.assert_array_equal(written.pixels, read.pixels)
        np.testing.assert_array_equal(written.classes, read.classes)
        np.testing.assert_array_equal(written.boxes, read.boxes)
    assert [path.name for path in tmp_path.iterdir()] == ["0.npz"]


def test_each_strip_is_in_one_batch(bank: GlyphBank) -> None:
    rng = np.random.default_rng(0)
    strips = [random_strip([bank], rng) for _ in range(40)]
    dealt = list(batches(strips, 16, rng))
    assert sum(len(batch.pixels) for batch in dealt) == 40
    said = sorted(tuple(classes) for batch in dealt for classes in batch.classes)
    assert said == sorted(tuple(strip.classes) for strip in strips)


def test_boxes_move_along_with_the_ink() -> None:
    pixels = np.ones((32, 100), np.uint8)
    pixels[8:24, 40:52] = 255
    box = np.array([[40, 8, 52, 24]], np.float32)
    strip = ComposedStrip(pixels, np.array([1]), box)
    rng = np.random.default_rng(0)
    for _ in range(30):
        changed = varied(strip, rng, 128)
        ink = changed.pixels > 128
        columns, rows = np.flatnonzero(ink.any(axis=0)), np.flatnonzero(ink.any(axis=1))
        left, top, right, bottom = changed.boxes[0]
        assert abs(columns.mean() + 0.5 - (left + right) / 2) < 2
        assert abs(rows.mean() + 0.5 - (top + bottom) / 2) < 2
