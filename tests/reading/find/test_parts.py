"""Which components of the ink are parts of digits. Needs the photo extra."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("cv2", reason="the photo extra is not installed")

from tenfold.framing.ink import Ink
from tenfold.reading.find.ink_part import InkPart
from tenfold.reading.find.parts import DISC_MAX, InkParts, dilated, parts_of


@pytest.mark.parametrize(("ruled", "digits"), [(True, 1), (False, 2)])
def test_slivers_of_ruling_are_no_digits(ruled: bool, digits: int) -> None:
    levels = np.zeros((200, 300), np.float32)
    levels[60:140, 60:68] = levels[60:140, 100:108] = levels[60:68, 60:108] = 200
    levels[50:150, 200:203] = 200
    ink = Ink(levels, (levels > 0).astype(np.uint8), plain=False, ruled=ruled)
    assert len(parts_of(ink).main) == digits


@pytest.mark.parametrize(("cells", "digits"), [(3, 1), (2, 2)])
def test_the_lines_of_a_grid_are_no_digit_and_those_of_an_8_are(cells: int, digits: int) -> None:
    levels = np.zeros((340, 200), np.float32)
    for row in range(cells + 1):
        levels[20 + 90 * row : 23 + 90 * row, 40:143] = 200
    levels[20 : 23 + 90 * cells, 40:43] = levels[20 : 23 + 90 * cells, 140:143] = 200
    levels[45:95, 80:90] = 200  # a 1 in the first cell
    ink = Ink(levels, (levels > 0).astype(np.uint8), plain=False)
    large = [part for part in parts_of(ink).main if part.height > 60]
    assert len(large) == digits - 1


@pytest.mark.parametrize("radius", [40, 90])
def test_a_large_disc_grows_a_mask_as_laying_it_does_without_laying_it(
    radius: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    cv2 = pytest.importorskip("cv2")
    assert radius > DISC_MAX
    mask = np.zeros((400, 500), np.uint8)
    mask[150:180, 200:260] = mask[300, 400] = 1
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
    laid = cv2.dilate(mask, disc)
    monkeypatch.setattr(cv2, "dilate", lambda *_: pytest.fail("laid"))
    assert (dilated(mask, radius) != laid).sum() < 0.01 * laid.sum()


def test_flags_and_dots_near_a_digit_are_found_among_thousands() -> None:
    dots = [InkPart(i, 3 * i, 0, 3 * i + 2, 2, 4) for i in range(3000)]
    bars = [InkPart(3000 + i, 50 * i, 80, 50 * i + 20, 84, 80) for i in range(20)]
    digit = InkPart(4000, 300, 6, 340, 70, 900)
    parts = InkParts(np.zeros((1, 1), np.int32), (digit,), (*dots, *bars), (), 60.0)

    def apart(part: InkPart) -> float:
        across = max(part.left - digit.right, digit.left - part.right, 0)
        return float(np.hypot(across, max(part.top - digit.bottom, digit.top - part.bottom, 0)))

    near = [part for part in dots if apart(part) <= 0.1 * 60]
    near += [part for part in bars if apart(part) <= 0.3 * 60]
    assert len(near) > 10
    assert parts.minor_near([digit]) == near
