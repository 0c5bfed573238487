"""Places in turned pictures."""

from __future__ import annotations

import numpy as np
import pytest

from tenfold.framing.picture import Picture
from tenfold.reading.detections import Box
from tenfold.reading.opening.turning import (
    box_after,
    size_after,
    turned,
    upright,
)

TURNS = (0, 90, 180, 270)


def ink_of(pixels: np.ndarray) -> Box:
    rows, columns = np.nonzero(pixels)
    return int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1


@pytest.mark.parametrize("turn", TURNS)
def test_a_box_goes_with_the_pixels_under_it(turn: int) -> None:
    pixels = np.zeros((30, 50), np.uint8)
    pixels[4:9, 10:22] = 255
    after = turned(pixels, turn)
    assert after.shape[::-1] == size_after(turn, (50, 30))
    box = box_after(turn, (10, 4, 22, 9), (50, 30))
    assert box == ink_of(after)
    assert box_after(-turn % 360, box, size_after(turn, (50, 30))) == (10, 4, 22, 9)


def test_a_clockwise_quarter_brings_the_left_edge_to_the_top() -> None:
    pixels = np.array([[1, 2], [3, 4]], np.uint8)
    assert turned(pixels, 90).tolist() == [[3, 1], [4, 2]]


def test_a_turned_picture_keeps_its_notes_and_has_its_sides_exchanged() -> None:
    picture = upright(Picture(np.zeros((30, 50), np.uint8), 100, 60, ("a note",)), 270)
    assert (picture.pixels.shape, picture.width, picture.height) == ((50, 30), 60, 100)
    assert picture.notes == ("a note",)
