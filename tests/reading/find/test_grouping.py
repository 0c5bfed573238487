"""Which components may be pieces of one digit."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("cv2", reason="the photo extra is not installed")

from tenfold.reading.find.grouping import groups_of, may_join
from tenfold.reading.find.ink_part import InkPart
from tenfold.reading.find.parts import InkParts

DIGIT_HEIGHT = 40.0


def part(label: int, left: int, top: int, width: int, height: int) -> InkPart:
    return InkPart(label, left, top, left + width, top + height, width * height // 3)


BODY = part(1, 0, 10, 20, 30)
BAR = part(2, 5, 0, 20, 8)  # of a 5, above its body
NEIGHBOUR = part(3, 40, 0, 20, 40)


def test_a_bar_above_its_body_may_be_one_digit_with_it() -> None:
    assert may_join(BODY, BAR, DIGIT_HEIGHT)


def test_whole_digits_beside_each_other_are_not_one() -> None:
    assert not may_join(part(1, 0, 0, 20, 40), part(2, 22, 0, 20, 40), DIGIT_HEIGHT)


def test_a_broken_digit_is_near_and_small() -> None:
    assert may_join(part(1, 0, 0, 10, 25), part(2, 14, 10, 12, 28), DIGIT_HEIGHT)
    assert not may_join(part(1, 0, 0, 10, 25), part(2, 24, 10, 12, 28), DIGIT_HEIGHT)


@pytest.mark.parametrize("far", [part(2, 0, 60, 20, 8), part(2, 0, 38, 55, 8)])
def test_what_would_be_too_high_or_too_wide_is_not_one_digit(far: InkPart) -> None:
    assert not may_join(BODY, far, DIGIT_HEIGHT)


def test_groups_are_chains_of_pieces() -> None:
    labels = np.zeros((1, 1), np.int32)
    parts = InkParts(labels, (NEIGHBOUR, BODY, BAR), digit_height=DIGIT_HEIGHT)
    groups = [[p.label for p in group] for group in groups_of(parts)]
    assert sorted(map(sorted, groups)) == [[1, 2], [3]]
